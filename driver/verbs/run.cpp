// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy run --shard=I/N`: analyses one shard and leaves its results in a folder.

#include "FileState.h"
#include "Shards.h"
#include "verbs/ProjectOptions.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("run", "analyse one shard of a project; what is done already is not done again");
static ProjectOptions Options(Command);
static cl::opt<std::string> Which("shard", cl::desc("which one of how many, from 1"), cl::value_desc("I/N"),
                                  cl::Required, cl::sub(Command));
static cl::opt<std::string> PlanFile("plan",
                                     cl::desc("a plan of `async-tidy plan`; without one the project is cut here, "
                                              "the same way on every machine"),
                                     cl::value_desc("file"), cl::sub(Command));
static cl::opt<std::string> Results("results", cl::desc("folder for the results"), cl::value_desc("folder"),
                                    cl::Required, cl::sub(Command));

/// Whether the files of the project that \p Done has read are still the same.
static bool isCurrent(const FileResult &Done, llvm::StringRef Root) {
  const PathMap Paths(Root.str(), Root.str());
  return llvm::all_of(Done.Dependencies,
                      [&](const Dependency &D) { return stateOf(Paths.absolute(D.File)) == D.Hash; });
}

static ExitCode runShard() {
  unsigned Shard = 0, Shards = 0;
  const auto [Before, After] = llvm::StringRef(Which).split('/');
  if (Before.getAsInteger(10, Shard) || After.getAsInteger(10, Shards) || Shard == 0 || Shard > Shards)
    return complain("--shard=" + Which + " is no shard", "write --shard=1/4 to --shard=4/4 for four of them");
  const auto Here = PlanFile.empty() ? Options.open() : Options.openWithoutDatabase();
  if (!Here)
    return Usage;
  auto Whole = PlanFile.empty() ? std::optional(makePlan(*Here, Shards, {})) : readPlan(PlanFile);
  if (!Whole)
    return Usage;
  if (Whole->Shards != Shards)
    return complain("--shard=" + Which + ", but the plan has " + std::to_string(Whole->Shards) + " shards",
                    "write --shard=I/" + std::to_string(Whole->Shards));
  const ResultFolder Folder(Results);
  if (!Folder.enter(*Whole))
    return Usage;

  std::vector<unsigned> Numbers;
  OpenedProject Part = openShard(*Whole, Shard - 1, *Here, Numbers);
  bool AllAnalysed = true;
  std::vector<unsigned> Left;
  std::vector<clang::tooling::CompileCommand> Commands;
  for (size_t I = 0; I != Numbers.size(); ++I) {
    const PlannedJob &Job = Whole->Jobs[Numbers[I]];
    if (!isCurrent(*Whole, Job, Part.Files.Root))
      return complain(Job.File + " is not the file that the plan was made for",
                      "check out the same revision on every machine, or make the plan again");
    // What could not be analysed is tried again: the reason may have been this machine's.
    if (auto Done = Folder.load(*Whole, Numbers[I]);
        Done && Done->How == FileResult::Outcome::Analysed && isCurrent(*Done, Part.Files.Root))
      continue;
    Left.push_back(Numbers[I]);
    Commands.push_back(Part.Files.Commands[I]);
  }
  Part.Files.Commands = std::move(Commands);
  bool Written = true;
  const RunResult Done = run(
      Part, [](const Finding &) {},
      [&](size_t I, const FileResult &Result) {
        AllAnalysed &= Result.How == FileResult::Outcome::Analysed;
        Written &= Folder.store(*Whole, Left[I], Result);
      });
  llvm::errs() << "shard " << Which << ": " << Done.Said.Done << " of " << Numbers.size() << " files analysed, "
               << Numbers.size() - Left.size() << " were done before\n";
  for (const Report::Problem &P : Done.Said.Problems)
    llvm::errs() << "  " << P.File << ": " << P.Reason << "\n";
  if (!Done.Said.isComplete() || !Written)
    return Incomplete;
  return AllAnalysed ? Clean : NotAnalysed;
}

Verb runVerb() { return {&Command, runShard}; }

} // namespace asynctidy
