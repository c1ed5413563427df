// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy baseline`: which findings a project has accepted.

#include "BaselineVerdict.h"
#include "MarkdownInline.h"
#include "NewFile.h"
#include "render/Text.h"
#include "verbs/NewOnly.h"
#include "verbs/ProjectOptions.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("baseline", "accept, prune or show: the findings that check leaves out");
static cl::opt<std::string> Action(cl::Positional, cl::desc("accept|prune|show"), cl::sub(Command));
static ProjectOptions Options(Command);
static BaselineFile File(Command);
static cl::opt<bool> Force("force", cl::desc("accept: write the file anew if it cannot be read"), cl::sub(Command));

static ExitCode show() {
  auto Entries = File.load(Options.root(), /*MayBeMissing=*/false);
  if (!Entries)
    return Usage;
  llvm::sort(*Entries);
  for (const BaselineEntry &Entry : *Entries)
    llvm::outs() << harmless(Entry.File) << ": " << (Entry.Function.empty() ? "" : harmless(Entry.Function) + ": ")
                 << harmless(Entry.Message) << " [" << harmless(Entry.Check) << "]\n";
  llvm::outs() << Entries->size() << (Entries->size() == 1 ? " finding\n" : " findings\n");
  return Clean;
}

/// What a run leaves of \p Entries; with \p Accept, and what it has found.
static Baseline renewed(const Baseline &Entries, const RunResult &Done, const BaselineVerdict &Verdict, bool Accept) {
  Baseline Left;
  for (size_t I = 0; I != Entries.size(); ++I)
    if (!Verdict.Stale[I] && !(Accept && Verdict.Found.Matched[I]))
      Left.push_back(Entries[I]);
  if (Accept)
    for (const Finding &F : Done.Said.Findings)
      if (!F.Suppressed)
        Left.push_back({F.At.File, F.Check, F.Function, F.Fingerprint, F.Message});
  return Left;
}

static ExitCode renew(bool Accept) {
  const auto Of = Options.open();
  if (!Of)
    return Usage;
  const std::string Path = File.path(Of->Files.Root);
  auto Entries = Accept && Force ? std::nullopt : File.load(Of->Files.Root, /*MayBeMissing=*/Accept);
  if (Accept && Force) {
    std::string Why;
    auto Text = llvm::MemoryBuffer::getFile(Path);
    Entries = Text ? parseBaseline((*Text)->getBuffer(), Why) : std::nullopt;
    if (!Entries)
      Entries.emplace();
  }
  if (!Entries)
    return Usage;

  const RunResult Done = run(*Of, [](const Finding &) {});
  TextRenderer Text(llvm::errs(), false, Of->Files.Root, Of->Here);
  for (const Report::Problem &P : Done.Said.Problems)
    llvm::errs() << "async-tidy: " << (P.How == FileResult::Outcome::Broken ? "not fully analysed: " : "not analysed: ")
                 << Text.shown(P.File) << ": " << P.Reason << "\n            what the baseline has of it is kept\n";
  if (!Done.Said.isComplete()) {
    complain("the run was interrupted", Path + " is as it was");
    return Incomplete;
  }
  const BaselineVerdict Verdict = judge(*Entries, Done);
  std::string Written;
  llvm::raw_string_ostream OS(Written);
  const Baseline Left = renewed(*Entries, Done, Verdict, Accept);
  print(Left, OS);
  if (const std::error_code Why = writeWholeFile(Path, Written)) {
    complain(Path + " could not be written: " + Why.message(), "is the disk full, or the folder missing or read-only?");
    return Incomplete;
  }
  const size_t Removed = llvm::count(Verdict.Stale, true), Kept = Entries->size() - Removed;
  if (Accept)
    llvm::outs() << llvm::formatv("{0}: {1} added, {2} kept, {3} removed\n", Path, Left.size() - Kept, Kept, Removed);
  else
    llvm::outs() << llvm::formatv("{0}: {1} kept, {2} removed\n", Path, Kept, Removed);
  const ExitCode Code = exitCodeOf(Done.Said);
  return Code == Findings ? Clean : Code;
}

static ExitCode run() {
  if (Action == "show")
    return show();
  if (Action == "accept" || Action == "prune")
    return renew(Action == "accept");
  return complain(Action.empty() ? "baseline: what is to be done?" : "baseline: there is no '" + Action + "'",
                  "async-tidy baseline accept, async-tidy baseline prune or async-tidy baseline show");
}

Verb baselineVerb() { return {&Command, run}; }

} // namespace asynctidy
