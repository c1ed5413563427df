// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy merge`: links the results of all shards and prints the report.

#include "Session.h"
#include "Shards.h"
#include "verbs/ProjectOptions.h"
#include "verbs/ReportOptions.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("merge", "put the results of all shards together and report");
static cl::list<std::string> Folders(cl::Positional, cl::desc("folder of results..."), cl::OneOrMore, cl::sub(Command));
static cl::opt<std::string> Root("root",
                                 cl::desc("folder that paths in reports are relative to (default: the git checkout)"),
                                 cl::value_desc("folder"), cl::sub(Command));
static ReportOptions Reporting(Command);

/// "1, 4": the shards of what is missing.
static std::string list(const std::set<unsigned> &Shards) {
  std::string Text;
  for (unsigned Shard : Shards)
    Text += (Text.empty() ? "" : ", ") + std::to_string(Shard + 1);
  return Text;
}

static ExitCode merge() {
  if (!Reporting.verify())
    return Usage;
  std::vector<ResultFolder> All;
  std::optional<Plan> Whole;
  for (const std::string &Folder : Folders) {
    All.emplace_back(Folder);
    auto Read = readPlan(All.back().planFile());
    if (!Read)
      return Usage;
    if (Whole && toJSON(*Whole) != toJSON(*Read))
      return complain(Folder + " has results of another plan than " + Folders.front(),
                      "run all shards with the same sources, options and number of shards");
    Whole = std::move(Read);
    if (!All.back().verify(*Whole))
      return Usage;
  }
  const std::string Top = findRoot(Root);
  Session Said(Top, Whole->Jobs.size(), Whole->IsWhole);
  std::set<unsigned> Missing;
  unsigned Files = 0;
  std::vector<std::pair<unsigned, FileResult>> Results;
  std::string Damages;
  for (unsigned Job = 0; Job != Whole->Jobs.size(); ++Job) {
    std::optional<FileResult> Result;
    std::string Damage;
    for (const ResultFolder &Folder : All)
      // Of a file that one machine could not analyse, another one's result counts.
      if (auto Loaded = Folder.load(*Whole, Job, &Damage);
          Loaded && (!Result || Result->How != FileResult::Outcome::Analysed))
        Result = std::move(Loaded);
    if (Result) {
      Results.emplace_back(Job, std::move(*Result));
    } else {
      Missing.insert(Whole->Jobs[Job].Shard);
      ++Files;
      if (!Damage.empty())
        Damages += "\n            " + Damage;
    }
  }
  if (!Missing.empty()) {
    complain("results of " + llvm::Twine(Files) + " of " + llvm::Twine(Whole->Jobs.size()) +
                 " files are missing or damaged: shard " + list(Missing) + " of " + llvm::Twine(Whole->Shards) +
                 Damages,
             "run those again, which does only what is missing: async-tidy run --shard=I/" +
                 llvm::Twine(Whole->Shards) + " ...; then merge again");
    return Incomplete;
  }
  return Reporting.report(Top, [&](llvm::function_ref<void(const Finding &)> Tell) {
    for (auto &[Job, Result] : Results)
      Said.add(Job, std::move(Result), Tell);
    RunResult Done;
    Done.Said = Said.finish(Tell);
    Done.Files = Said.takeResults();
    Done.IsWhole = Whole->IsWhole;
    return Done;
  });
}

Verb mergeVerb() { return {&Command, merge}; }

} // namespace asynctidy
