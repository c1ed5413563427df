// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy plan`: cuts a project into shards.

#include "Output.h"
#include "Shards.h"
#include "verbs/ProjectOptions.h"
#include "verbs/Verbs.h"
#include "llvm/Support/FormatVariadic.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("plan", "cut a project into shards of the same weight, for many machines");
static ProjectOptions Options(Command);
static cl::opt<unsigned> Shards("shards", cl::desc("how many"), cl::value_desc("number"), cl::Required,
                                cl::sub(Command));
static cl::opt<std::string> Before("times", cl::desc("results of an earlier run, whose times are used for balance"),
                                   cl::value_desc("folder"), cl::sub(Command));
static cl::opt<std::string> OutputFile("output", cl::desc("where to write the plan (default: standard output)"),
                                       cl::value_desc("file"), cl::sub(Command));

/// The seconds that each file of the results in \p Folder took.
static std::optional<Times> timesOf(const std::string &Folder) {
  const ResultFolder Results(Folder);
  auto Whole = readPlan(Results.planFile());
  if (!Whole)
    return std::nullopt;
  Times Known;
  for (unsigned I = 0; I != Whole->Jobs.size(); ++I)
    if (auto Result = Results.load(*Whole, I))
      Known[Whole->Jobs[I].File] += Result->Seconds;
  return Known;
}

static ExitCode plan() {
  if (Shards == 0)
    return complain("--shards needs a number above zero", "as many as there are machines, or some more");
  const auto Of = Options.open();
  if (!Of)
    return Usage;
  Times Known;
  if (!Before.empty()) {
    auto Read = timesOf(Before);
    if (!Read)
      return Usage;
    Known = std::move(*Read);
  }
  const Plan Made = makePlan(*Of, Shards, Known);
  return write(OutputFile, [&](llvm::raw_ostream &OS) { OS << llvm::formatv("{0:2}\n", toJSON(Made)); }) ? Clean
                                                                                                         : Incomplete;
}

Verb planVerb() { return {&Command, plan}; }

} // namespace asynctidy
