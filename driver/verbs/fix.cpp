// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy fix`: makes the safe fixes of a project, once it is known that they hold.

#include "Diff.h"
#include "FileState.h"
#include "FixTrial.h"
#include "FixVerification.h"
#include "Interrupt.h"
#include "Journal.h"
#include "Output.h"
#include "Spelling.h"
#include "render/Text.h"
#include "verbs/ColorOption.h"
#include "verbs/ProjectOptions.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"
#include <ctime>

namespace cl = llvm::cl;
using llvm::raw_ostream;

namespace asynctidy {

static cl::SubCommand Command("fix",
                              "make the safe fixes, each tried before anything is written; undo takes them back");
static ProjectOptions Options(Command);
static ColorOption Color(Command);
static cl::opt<bool> Unsafe("unsafe", cl::desc("where there is no safe fix, make the first one that a note proposes"),
                            cl::sub(Command));
static cl::opt<bool> Diff("diff", cl::desc("print what would change, for `patch -p1` or `git apply`; write nothing"),
                          cl::sub(Command));

namespace {

/// The closing lines: to standard output, or to standard error if a diff goes there.
class Closing {
public:
  Closing(const OpenedProject &Of, bool Color)
      : OS(Diff ? llvm::errs() : llvm::outs()), Color(Diff ? llvm::errs().has_colors() : Color),
        Text(OS, Color, Of.Files.Root, Of.Here) {}

  std::string shown(llvm::StringRef File) const { return Text.shown(File); }
  raw_ostream &line(raw_ostream::Colors As, llvm::StringRef Label) {
    if (Color)
      OS.changeColor(As, /*Bold=*/true);
    OS << Label << ": ";
    if (Color)
      OS.resetColor();
    return OS;
  }
  raw_ostream &stream() { return OS; }

private:
  raw_ostream &OS;
  const bool Color;
  TextRenderer Text;
};

} // namespace

static std::string now() {
  const std::time_t Time = std::time(nullptr);
  std::tm Parts;
  char Text[32] = "";
  if (localtime_r(&Time, &Parts))
    std::strftime(Text, sizeof Text, "%Y-%m-%d %H:%M:%S", &Parts);
  return Text;
}

/// Writes what is \p Made, and before that the journal.
static std::optional<ReplacementFailure> write(const OpenedProject &Of, const FixTrial &Made, unsigned Count,
                                               EditableFiles &Files) {
  Journal Undo(Of.Files.Root);
  if (std::string Why = Undo.lock(); !Why.empty())
    return ReplacementFailure{Why};
  JournalEntry Entry{now(), Count, {}};
  std::vector<FileReplacement> All;
  for (const auto &[File, Text] : Made.texts()) {
    Entry.Files.push_back({File, hashOf(Text), Files.text(File)});
    All.push_back({File, Files.text(File), Text});
  }
  std::string Name;
  if (std::string Why = Undo.add(Entry, Name); !Why.empty())
    return ReplacementFailure{Why};
  auto Failed = replaceFiles(All);
  if (Failed && Failed->AsBefore)
    Undo.remove(Name);
  return Failed;
}

static ExitCode interrupted() {
  llvm::errs() << "async-tidy: interrupted: nothing was fixed\n";
  return Incomplete;
}

static ExitCode fix() {
  auto Of = Options.open();
  if (!Of)
    return Usage;
  Of->KeepsDependencies = true; // Who sees an edit is told by them.
  InterruptWatch Watch;
  const RunResult Ran = run(*Of, [](const Finding &) {});
  if (!Ran.Said.isComplete())
    return interrupted();
  Closing Out(*Of, Color.use());
  ExitCode Code = exitCodeOf(Ran.Said);
  for (const Report::Problem &P : Ran.Said.Problems)
    Out.line(raw_ostream::RED, P.How == FileResult::Outcome::Broken ? "not fully analysed" : "not analysed")
        << Out.shown(P.File) << ": " << P.Reason << "\n";
  if (Code == Usage)
    return Usage;

  EditableFiles Files(*Of, Ran.Files);
  ProposedFixes Proposed = proposedFixes(Ran.Said, Ran.Files, Files, Unsafe);
  VerifiedFixes Done;
  for (;;) {
    Done = verify(*Of, Ran.Files, Proposed.Fixes, Files);
    if (Done.Interrupted || InterruptWatch::interrupted())
      return interrupted();
    // What somebody has edited while the fixes were tried is left to them.
    std::vector<std::string> Edited;
    for (const Fix &F : Done.Made)
      for (const Edit &E : F.Edits)
        Edited.push_back(E.File);
    if (Files.changed(Edited).empty())
      break;
    Proposed = proposedFixes(Ran.Said, Ran.Files, Files, Unsafe);
  }
  llvm::append_range(Proposed.Left, Done.Left);
  llvm::sort(Proposed.Left, [](const LeftAlone &A, const LeftAlone &B) { return A.Of.At < B.Of.At; });

  std::vector<const Fix *> Made;
  std::map<std::string, std::set<const Fix *>> In;
  for (const Fix &F : Done.Made) {
    Made.push_back(&F);
    for (const Edit &E : F.Edits)
      In[E.File].insert(&F);
  }
  const FixTrial Result(Files, Made);
  if (Diff) {
    for (const auto &[File, Edits] : Result.edits()) {
      llvm::StringRef Name = File;
      if (Name.consume_front(Of->Files.Root))
        Name.consume_front("/");
      printDiff(llvm::outs(), Color.use(), Name, Files.text(File), Edits);
    }
  } else if (!Made.empty()) {
    if (const auto Failed = write(*Of, Result, static_cast<unsigned>(Made.size()), Files)) {
      if (!Failed->AsBefore)
        complain("not all files could be put back: " + Failed->Why, "async-tidy undo --force puts them back");
      else if (InterruptWatch::interrupted())
        return interrupted();
      else
        complain("nothing was fixed: " + Failed->Why,
                 "is the disk full, or a folder read-only, or somebody editing? Then run async-tidy fix again");
      return Incomplete;
    }
  }

  for (const auto &[File, By] : In)
    Out.line(raw_ostream::GREEN, Diff ? "would change" : "changed")
        << Out.shown(File) << " (" << plural(By.size(), "fix") << ")\n";
  for (const LeftAlone &L : Proposed.Left)
    Out.line(raw_ostream::RED, "left alone")
        << Out.shown(L.Of.At.File) << ":" << L.Of.At.Line << ": [" << L.Of.Check << "] " << L.Reason << "\n";
  const unsigned Total = Ran.Said.count(), Left = countLeft(Ran.Said, Ran.Files, Done.After, Result);
  const auto IsComment = [](const auto &Each) { return Each.Of.Check == UnusedSuppressionName; };
  const size_t Comments = llvm::count_if(Done.Made, IsComment), Fixed = Made.size() - Comments;
  const size_t LeftAlone = Proposed.Left.size() - llvm::count_if(Proposed.Left, IsComment);
  Out.stream() << (Diff ? "would fix " : "fixed ") << Fixed << " of " << plural(Total, "finding");
  if (const size_t Gone = Total - Fixed - Left)
    Out.stream() << ", and with them " << Gone << " more " << (Gone == 1 ? "is" : "are") << " gone";
  if (Proposed.Decisions)
    Out.stream() << "; " << Proposed.Decisions << (Proposed.Decisions == 1 ? " has fixes" : " have fixes")
                 << " that need a decision: async-tidy fix --unsafe (or take them one by one in the editor)";
  if (const size_t Rest = Left - std::min<size_t>(Left, Proposed.Decisions + LeftAlone))
    Out.stream() << "; " << Rest << (Rest == 1 ? " has" : " have") << " no fix: async-tidy check tells of "
                 << (Rest == 1 ? "it" : "them");
  if (Comments)
    Out.stream() << "; " << (Diff ? "would take" : "took") << " away " << plural(Comments, "comment")
                 << (Comments == 1 ? " that suppresses" : " that suppress") << " nothing";
  Out.stream() << "\n";
  if (!write("", [](raw_ostream &) {}))
    return Incomplete;
  if (Code == Findings && !Diff && Left == 0)
    Code = Clean;
  return Code;
}

Verb fixVerb() { return {&Command, fix}; }

} // namespace asynctidy
