// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the options, and opens the project they mean.

#include "verbs/ProjectOptions.h"
#include "CheckInfo.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Threading.h"
#include <sched.h>

namespace cl = llvm::cl;

namespace asynctidy {

std::vector<std::string> &CompilerArguments::get() {
  static std::vector<std::string> All;
  return All;
}

bool &CompilerArguments::given() {
  static bool Given = false;
  return Given;
}

static unsigned processors() {
  cpu_set_t Set;
  return sched_getaffinity(0, sizeof Set, &Set) == 0 ? static_cast<unsigned>(CPU_COUNT(&Set)) : 1;
}

ProjectOptions::ProjectOptions(cl::SubCommand &Of)
    : Names(cl::Positional, cl::desc("[file, folder or glob]..."), cl::sub(Of)),
      Database("p", cl::Prefix, cl::desc("folder with compile_commands.json (default: here, in build/, or above)"),
               cl::value_desc("folder"), cl::Prefix, cl::sub(Of)),
      Root("root", cl::desc("folder that paths in reports are relative to (default: the git checkout)"),
           cl::value_desc("folder"), cl::sub(Of)),
      Checks("checks",
             cl::desc("checks to run, as clang-tidy takes them (default: async-*, as far as .clang-tidy files "
                      "do not choose among them)"),
             cl::value_desc("globs"), cl::sub(Of)),
      Config("config", cl::desc("a configuration in YAML to use instead of the .clang-tidy files"),
             cl::value_desc("yaml"), cl::sub(Of)),
      ConfigFile("config-file", cl::desc("a .clang-tidy file to use instead of those beside the sources"),
                 cl::value_desc("file"), cl::sub(Of)),
      HeaderFilter("header-filter",
                   cl::desc("report findings in headers that match this, instead of HeaderFilterRegex"),
                   cl::value_desc("regex"), cl::sub(Of)),
      SkipUnlisted("skip-unlisted", cl::desc("pass over files that the database does not list, with one warning"),
                   cl::sub(Of)),
      Jobs("j", cl::Prefix, cl::desc("files at a time (default: every processor)"), cl::value_desc("number"),
           cl::init(processors()), cl::sub(Of)),
      Timeout("timeout", cl::desc("seconds one file may take (default: 900)"), cl::value_desc("seconds"), cl::init(900),
              cl::sub(Of)) {}

/// Whether --checks names checks that there are.
static bool verifyChecks(llvm::StringRef Checks) {
  llvm::SmallVector<llvm::StringRef> Parts;
  Checks.split(Parts, ',', -1, /*KeepEmpty=*/false);
  std::string All;
  for (const CheckInfo &Check : checks())
    All += (All.empty() ? "" : ", ") + Check.Name.str();
  clang::tidy::GlobList Chosen("-*," + Checks.str());
  for (llvm::StringRef Part : Parts) {
    llvm::StringRef Pattern = Part.trim();
    Pattern.consume_front("-");
    clang::tidy::GlobList Glob(Pattern);
    if (Pattern == "*" || llvm::any_of(checks(), [&](const CheckInfo &Check) { return Glob.contains(Check.Name); }))
      continue;
    complain("no check is called " + Pattern, "there are: " + All + "; other checks are clang-tidy's own");
    return false;
  }
  const bool OnlyNegative = llvm::all_of(Parts, [](llvm::StringRef Part) { return Part.trim().starts_with("-"); });
  if (!OnlyNegative && llvm::none_of(checks(), [&](const CheckInfo &C) { return Chosen.contains(C.Name); })) {
    complain("--checks=" + Checks + " leaves no check", "there are: " + All);
    return false;
  }
  return true;
}

std::optional<OpenedProject> ProjectOptions::open() const {
  FileChoice Chosen;
  Chosen.Database = Database;
  Chosen.Names.assign(Names.begin(), Names.end());
  Chosen.Compiler = CompilerArguments::get();
  Chosen.HasCompiler = CompilerArguments::given();
  Chosen.SkipUnlisted = SkipUnlisted;
  Chosen.Root = Root;
  auto Files = openProject(Chosen);
  return Files ? open(std::move(*Files)) : std::nullopt;
}

std::optional<OpenedProject> ProjectOptions::openWithoutDatabase() const {
  Project Files;
  Files.Root = findRoot(Root);
  return open(std::move(Files));
}

std::optional<OpenedProject> ProjectOptions::open(Project Files) const {
  if (Jobs == 0) {
    complain("-j needs a number above zero", "leave it out to use every processor");
    return std::nullopt;
  }
  if (Timeout <= 0) {
    complain("--timeout needs a number of seconds above zero", "leave it out for 900");
    return std::nullopt;
  }
  if (Config.getNumOccurrences() && ConfigFile.getNumOccurrences()) {
    complain("--config and --config-file exclude each other", "leave one of them out");
    return std::nullopt;
  }
  if (!verifyChecks(Checks))
    return std::nullopt;
  OpenedProject Ready{std::move(Files), {}, {Jobs, Timeout}, {}};
  llvm::SmallString<256> Here;
  llvm::sys::fs::real_path(".", Here);
  Ready.Here = std::string(Here);
  if (Config.getNumOccurrences()) {
    Ready.Chosen.Config = Config;
    Ready.Chosen.ConfigName = "--config";
  } else if (!ConfigFile.empty()) {
    auto Text = llvm::MemoryBuffer::getFile(ConfigFile);
    if (!Text) {
      complain(ConfigFile + " cannot be read: " + Text.getError().message(), "give the path of a .clang-tidy file");
      return std::nullopt;
    }
    Ready.Chosen.Config = (*Text)->getBuffer().str();
    Ready.Chosen.ConfigName = ConfigFile;
  }
  Ready.Chosen.Root = Ready.Files.Root;
  Ready.Chosen.Checks = Checks;
  if (HeaderFilter.getNumOccurrences())
    Ready.Chosen.HeaderFilter = HeaderFilter;
  std::vector<std::string> Paths;
  for (const clang::tooling::CompileCommand &C : Ready.Files.Commands)
    Paths.push_back(fileOf(C));
  const std::vector<std::string> Errors = findConfigurationErrors(Ready.Chosen, Paths);
  if (!Errors.empty()) {
    complain(
        llvm::join(Errors, "\n            "),
        "correct the .clang-tidy file; `async-tidy list` lists the checks, `async-tidy explain CHECK` their options");
    return std::nullopt;
  }
  return Ready;
}

ExitCode exitCodeOf(const Report &Said) {
  if (!Said.isComplete())
    return Incomplete;
  for (const Report::Problem &P : Said.Problems)
    if (P.How == FileResult::Outcome::Misconfigured)
      return Usage;
  if (!Said.Problems.empty())
    return NotAnalysed;
  return Said.count() ? Findings : Clean;
}

} // namespace asynctidy
