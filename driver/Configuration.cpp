// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Chooses our own checks from what .clang-tidy files say, and holds those files against what there is.

#include "Configuration.h"
#include "CheckInfo.h"
#include "LLVMCompat.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"

using namespace clang::tidy;

namespace asynctidy {

/// The patterns of \p Checks that speak of our checks. What clang-tidy itself would run is another tool's business.
static std::string ownChecks(llvm::StringRef Checks) {
  std::string Chosen;
  bool ChoosesAny = false;
  llvm::SmallVector<llvm::StringRef> Parts;
  Checks.split(Parts, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts) {
    llvm::StringRef Pattern = Part.trim();
    const bool Negative = Pattern.consume_front("-");
    if (!Pattern.starts_with("async-"))
      continue;
    ChoosesAny |= !Negative;
    Chosen += "," + Part.trim().str();
  }
  return "-*," + std::string(ChoosesAny ? "" : "async-*") + Chosen;
}

namespace {

/// What another provider says, with the choice of checks on top.
class OwnOptions final : public ClangTidyOptionsProvider {
public:
  OwnOptions(std::unique_ptr<ClangTidyOptionsProvider> Files, const Configuration &Chosen)
      : Files(std::move(Files)), Chosen(Chosen) {}

  const ClangTidyGlobalOptions &getGlobalOptions() override { return Files->getGlobalOptions(); }
  std::vector<OptionsSource> getRawOptions(llvm::StringRef File) override {
    std::vector<OptionsSource> Sources = Files->getRawOptions(File);
    ClangTidyOptions Own;
    if (!Chosen.Checks.empty()) {
      Own.Checks = ownChecks(Chosen.Checks);
    } else {
      std::string Written;
      for (const OptionsSource &Source : Sources)
        if (Source.first.Checks)
          Written += "," + *Source.first.Checks;
      llvm::replace(Written, '\n', ',');
      Own.Checks = ownChecks(Written);
    }
    Own.HeaderFilterRegex = Chosen.HeaderFilter;
    Sources.emplace_back(std::move(Own), "async-tidy");
    return Sources;
  }

private:
  std::unique_ptr<ClangTidyOptionsProvider> Files;
  const Configuration Chosen;
};

} // namespace

static ClangTidyOptions parse(llvm::StringRef Text) {
  auto Options = parseConfigurationWithDiags({Text, ""}, [](const llvm::SMDiagnostic &) {});
  return Options ? std::move(*Options) : ClangTidyOptions();
}

std::unique_ptr<ClangTidyOptionsProvider> makeOptions(const Configuration &Chosen) {
  ClangTidyOptions Defaults = ClangTidyOptions::getDefaults();
  std::unique_ptr<ClangTidyOptionsProvider> Files;
  if (Chosen.Config)
    Files = std::make_unique<ConfigOptionsProvider>(ClangTidyGlobalOptions(), Defaults, parse(*Chosen.Config),
                                                    ClangTidyOptions());
  else
    Files = std::make_unique<FileOptionsProvider>(ClangTidyGlobalOptions(), Defaults, ClangTidyOptions());
  return std::make_unique<OwnOptions>(std::move(Files), Chosen);
}

/// Adds what is wrong with \p Pattern, a regular expression that \p Key of \p File chooses headers with: it would match
/// none.
static void inspectPattern(const std::optional<std::string> &Pattern, const std::string &File, llvm::StringRef Key,
                           std::vector<std::string> &Errors) {
  std::string Reason;
  if (Pattern && !llvm::Regex(*Pattern).isValid(Reason))
    Errors.push_back(File + ": " + Key.str() + " '" + *Pattern + "' is no regular expression: " + Reason);
}

/// Adds what is wrong with the configuration \p Text of \p File.
static void inspect(const std::string &File, llvm::StringRef Text, const ChecksAndOptions &Known,
                    std::vector<std::string> &Errors) {
  bool Told = false;
  auto Options = parseConfigurationWithDiags({Text, File}, [&](const llvm::SMDiagnostic &Problem) {
    Errors.push_back(File + ":" + std::to_string(Problem.getLineNo()) + ":" +
                     std::to_string(Problem.getColumnNo() + 1) + ": " + Problem.getMessage().str());
    Told = true;
  });
  if (!Options) {
    if (!Told)
      Errors.push_back(File + ": " + Options.getError().message());
    return;
  }
  auto Nearest = [](llvm::StringRef Name, const llvm::StringSet<> &All) {
    std::string Best;
    unsigned Distance = 4;
    for (const auto &Entry : All)
      if (unsigned D = Name.edit_distance(Entry.getKey(), true, Distance); D < Distance)
        Best = Entry.getKey().str(), Distance = D;
    return Best.empty() ? Best : "; did you mean " + Best + "?";
  };
  inspectPattern(Options->HeaderFilterRegex, File, "HeaderFilterRegex", Errors);
  inspectPattern(Options->ExcludeHeaderFilterRegex, File, "ExcludeHeaderFilterRegex", Errors);
  if (Options->Checks) {
    llvm::SmallVector<llvm::StringRef> Parts;
    std::string Checks = *Options->Checks;
    llvm::replace(Checks, '\n', ',');
    llvm::StringRef(Checks).split(Parts, ',', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef Part : Parts) {
      llvm::StringRef Pattern = Part.trim();
      Pattern.consume_front("-");
      GlobList Glob(Pattern);
      if (Pattern.starts_with("async-") &&
          llvm::none_of(Known.Checks, [&](const auto &Entry) { return Glob.contains(Entry.getKey()); }))
        Errors.push_back(File + ": no check is called " + Pattern.str() + Nearest(Pattern, Known.Checks));
    }
  }
  std::vector<std::string> Unknown;
  for (const auto &Option : Options->CheckOptions)
    if ((Option.getKey().starts_with("async-") || Option.getKey().starts_with("async.")) &&
        !Known.Options.contains(Option.getKey()))
      Unknown.push_back(File + ": no check has the option " + Option.getKey().str() +
                        Nearest(Option.getKey(), Known.Options));
  llvm::sort(Unknown);
  Errors.insert(Errors.end(), Unknown.begin(), Unknown.end());
}

/// Adds what our checks say of the values that their options have for \p File, configured by \p By.
static void tryChecks(const Configuration &Chosen, const std::string &File, const std::string &By,
                      std::vector<std::string> &Errors) {
  ClangTidyContext Context(makeOptions(Chosen));
  ClangTidyDiagnosticConsumer Said(Context);
  auto Options = std::make_unique<clang::DiagnosticOptions>();
  clang::DiagnosticsEngine Engine(llvm::makeIntrusiveRefCnt<clang::DiagnosticIDs>(), *Options, &Said,
                                  /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(std::move(Options), &Engine);
  Context.setCurrentFile(File);
  ClangTidyASTConsumerFactory(Context).getCheckOptions(); // Makes them.
  for (const ClangTidyError &Error : Said.take())
    if (llvm::StringRef(Error.DiagnosticName).starts_with("clang-tidy-config"))
      Errors.push_back(By + ": " + Error.Message.Message);
}

std::vector<std::string> findConfigurationErrors(const Configuration &Chosen, const std::vector<std::string> &Files) {
  const ChecksAndOptions Known = getAllChecksAndOptions(false, false);
  std::vector<std::string> Errors;
  inspectPattern(Chosen.HeaderFilter, "--header-filter", "the value", Errors);
  if (Chosen.Config) {
    inspect(Chosen.ConfigName, *Chosen.Config, Known, Errors);
    if (Errors.empty() && !Files.empty())
      tryChecks(Chosen, Files.front(), Chosen.ConfigName, Errors);
    return Errors;
  }
  llvm::StringSet<> Seen;
  for (const std::string &File : Files)
    for (llvm::StringRef D = llvm::sys::path::parent_path(File); !D.empty() && Seen.insert(D).second;
         D = llvm::sys::path::parent_path(D)) {
      llvm::SmallString<128> Candidate(D);
      llvm::sys::path::append(Candidate, ".clang-tidy");
      if (!llvm::sys::fs::is_regular_file(Candidate))
        continue;
      auto Text = llvm::MemoryBuffer::getFile(Candidate);
      if (!Text) {
        Errors.push_back(std::string(Candidate) + ": " + Text.getError().message());
        continue;
      }
      const size_t Before = Errors.size();
      inspect(std::string(Candidate), (*Text)->getBuffer(), Known, Errors);
      llvm::SmallString<128> Beside(D); // As if a file lay in the folder: the nearest configuration is this one.
      llvm::sys::path::append(Beside, llvm::sys::path::filename(File));
      if (Errors.size() == Before)
        tryChecks(Chosen, std::string(Beside), std::string(Candidate), Errors);
    }
  // A mistake in a folder is seen from those below too.
  std::vector<std::string> Once;
  for (std::string &Error : Errors)
    if (!llvm::is_contained(Once, Error))
      Once.push_back(std::move(Error));
  return Once;
}

} // namespace asynctidy
