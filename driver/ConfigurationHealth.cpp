// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds .clang-tidy files as clang-tidy does, and says what in them it would not notice.

#include "ConfigurationHealth.h"
#include "CheckOptions.h"
#include "KnowledgeMistakes.h"
#include "MarkdownInline.h"
#include "Spelling.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include <map>

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace asynctidy {
namespace {

using enum HealthLine::Level;

constexpr StringRef KnownKeys[] = {"Checks",
                                   "WarningsAsErrors",
                                   "HeaderFileExtensions",
                                   "ImplementationFileExtensions",
                                   "HeaderFilterRegex",
                                   "ExcludeHeaderFilterRegex",
                                   "FormatStyle",
                                   "User",
                                   "CheckOptions",
                                   "ExtraArgs",
                                   "ExtraArgsBefore",
                                   "RemovedArgs",
                                   "InheritParentConfig",
                                   "UseColor",
                                   "SystemHeaders",
                                   "CustomChecks"};

/// "FILE:LINE:COLUMN: " of the first place where \p What stands in \p Text; only the file if it is not to be found.
std::string placeOf(StringRef What, StringRef Text, StringRef File) {
  const size_t At = Text.find(What);
  if (At == StringRef::npos)
    return harmless(File) + ": ";
  const StringRef Before = Text.take_front(At);
  return harmless(File) + ":" + std::to_string(Before.count('\n') + 1) + ":" +
         std::to_string(At - (Before.rfind('\n') + 1) + 1) + ": ";
}

void inspectChecks(StringRef Globs, StringRef Text, StringRef File, std::vector<HealthLine> &Lines) {
  std::vector<StringRef> Names;
  for (const CheckInfo &Check : checks())
    Names.push_back(Check.Name);
  llvm::SmallVector<StringRef> Parts;
  Globs.split(Parts, ',');
  for (StringRef Part : Parts) {
    llvm::SmallVector<StringRef> Pieces;
    Part.split(Pieces, '\n');
    for (StringRef Glob : Pieces) {
      Glob = Glob.trim();
      Glob.consume_front("-");
      clang::tidy::GlobList Matches(Glob);
      if (Glob.starts_with("async-") && llvm::none_of(Names, [&](StringRef Name) { return Matches.contains(Name); }))
        Lines.push_back({Problem, placeOf(Glob, Text, File) + "no check is called " + harmless(Glob),
                         didYouMean(Glob, Names, "`async-tidy list` names them all")});
    }
  }
}

void inspectOptions(const clang::tidy::ClangTidyOptions::OptionMap &Options, StringRef Text, StringRef File,
                    std::vector<HealthLine> &Lines) {
  static const std::vector<std::string> Known = [] {
    std::vector<std::string> All{knowledgeFilesOption().Key};
    for (const CheckInfo &Check : checks())
      for (const OptionInfo &Option : optionsOf(Check))
        All.push_back(Option.Key);
    return All;
  }();
  const std::vector<StringRef> Names(Known.begin(), Known.end());
  std::vector<StringRef> Unknown;
  for (const auto &Option : Options)
    if (Option.getKey().starts_with("async") && !llvm::is_contained(Names, Option.getKey()))
      Unknown.push_back(Option.getKey());
  llvm::sort(Unknown);
  for (StringRef Key : Unknown)
    Lines.push_back({Problem, placeOf(Key, Text, File) + "no option is called " + harmless(Key),
                     didYouMean(Key, Names, "`async-tidy explain <check>` tells the options of a check")});
}

/// \p Path as seen from \p Folder or from one above it.
std::string resolve(StringRef Path, StringRef Folder) {
  if (path::is_absolute(Path))
    return fs::exists(Path) ? Path.str() : "";
  for (StringRef D = Folder; !D.empty(); D = path::parent_path(D)) {
    llvm::SmallString<256> Candidate(D);
    path::append(Candidate, Path);
    if (fs::exists(Candidate))
      return std::string(Candidate);
  }
  return fs::exists(Path) ? Path.str() : "";
}

void inspectKnowledge(StringRef Paths, StringRef File, StringRef Folder, std::vector<HealthLine> &Lines) {
  llvm::SmallVector<StringRef> Parts;
  Paths.split(Parts, ';');
  for (StringRef Path : Parts) {
    Path = Path.trim();
    if (Path.empty())
      continue;
    const std::string Found = resolve(Path, Folder);
    // Reading anything else could last for ever.
    auto Buffer = llvm::MemoryBuffer::getFile(fs::is_regular_file(Found) ? Found : "");
    if (!Buffer) {
      Lines.push_back({Problem,
                       harmless(File) + ": knowledge file '" + harmless(Path) +
                           (Found.empty() ? "' is not in " + harmless(Folder) + " or above" : "' cannot be read"),
                       "name it as seen from the sources or a folder above them, or absolutely"});
      continue;
    }
    const std::vector<KnowledgeMistake> Mistakes = mistakesIn((*Buffer)->getBuffer());
    for (const KnowledgeMistake &M : Mistakes)
      Lines.push_back(
          {Problem,
           harmless(Found) + ":" + std::to_string(M.Line) + ":" + std::to_string(M.Column) + ": " + harmless(M.Reason),
           "docs/knowledge.md describes the format"});
    if (Mistakes.empty())
      Lines.push_back({Ok, "knowledge file " + harmless(Found), ""});
  }
}

struct Configuration {
  std::string Text;
  std::optional<clang::tidy::ClangTidyOptions> Options; ///< Nothing if it cannot be read.
  std::vector<HealthLine> Lines;
};

Configuration read(StringRef Text, StringRef File) {
  Configuration Result{Text.str(), {}, {}};
  auto OnDiagnostic = [&](const llvm::SMDiagnostic &D) {
    const StringRef Message = D.getMessage();
    StringRef Key = Message;
    const bool IsUnknownKey = Key.consume_front("unknown key '") && Key.consume_back("'");
    Result.Lines.push_back(
        {Problem,
         harmless(File) + ":" + std::to_string(D.getLineNo()) + ":" + std::to_string(D.getColumnNo() + 1) + ": " +
             harmless(Message),
         IsUnknownKey ? didYouMean(Key, KnownKeys, "there are: " + llvm::join(llvm::ArrayRef(KnownKeys), ", "))
                      : "clang-tidy cannot read the file either: correct it"});
  };
  auto Parsed = clang::tidy::parseConfigurationWithDiags(llvm::MemoryBufferRef(Result.Text, File), OnDiagnostic);
  if (!Parsed) {
    if (Result.Lines.empty())
      Result.Lines.push_back({Problem, harmless(File) + ": " + Parsed.getError().message(), "correct it"});
    return Result;
  }
  inspectChecks(Parsed->Checks.value_or(""), Text, File, Result.Lines);
  inspectChecks(Parsed->WarningsAsErrors.value_or(""), Text, File, Result.Lines);
  inspectOptions(Parsed->CheckOptions, Text, File, Result.Lines);
  Result.Options = std::move(*Parsed);
  return Result;
}

} // namespace

std::vector<HealthLine> inspectConfiguration(StringRef Text, StringRef File) { return read(Text, File).Lines; }

std::vector<HealthLine> inspectConfiguration(llvm::ArrayRef<std::string> Folders) {
  std::map<std::string, Configuration> Files;
  std::vector<HealthLine> Lines;
  for (const std::string &Folder : Folders) {
    for (StringRef D = Folder; !D.empty(); D = path::parent_path(D)) {
      llvm::SmallString<256> File(D);
      path::append(File, ".clang-tidy");
      auto [Known, IsNew] = Files.try_emplace(std::string(File));
      Configuration &C = Known->second;
      if (IsNew) {
        if (!fs::is_regular_file(File)) {
          Files.erase(Known);
          continue;
        }
        if (auto Buffer = llvm::MemoryBuffer::getFile(File))
          C = read((*Buffer)->getBuffer(), File);
        else
          C.Lines.push_back(
              {Problem, harmless(File) + ": cannot be read: " + Buffer.getError().message(), "make it readable"});
        if (C.Lines.empty())
          C.Lines.push_back({Ok, harmless(File), ""});
        if (C.Options)
          if (auto Named = C.Options->CheckOptions.find(knowledgeFilesOption().Key);
              Named != C.Options->CheckOptions.end())
            inspectKnowledge(Named->getValue().Value, File, Folder, C.Lines);
      }
      if (!C.Options || !C.Options->InheritParentConfig.value_or(false))
        break;
    }
  }
  for (auto &[File, C] : Files)
    Lines.insert(Lines.end(), C.Lines.begin(), C.Lines.end());
  if (Lines.empty())
    Lines.push_back({Ok, "no .clang-tidy applies: the recommended checks run, with their defaults", ""});
  return Lines;
}

} // namespace asynctidy
