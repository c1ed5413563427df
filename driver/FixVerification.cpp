// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tries all fixes at once, in groups that no file sees two of; a group that fails is divided until the culprits are
// alone.

#include "FixVerification.h"
#include "FixGroups.h"
#include "FixTrial.h"
#include "Link.h"
#include "Progress.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>
#include <numeric>

namespace asynctidy {
namespace {

/// Each round analyses files again. So many are for hundreds of bad fixes; beyond that something else is wrong.
constexpr unsigned MaxRounds = 64;

class Search {
public:
  Search(const OpenedProject &Of, llvm::ArrayRef<FileResult> Before, std::vector<Fix> Fixes, EditableFiles &Files)
      : Of(Of), Before(Before), Fixes(std::move(Fixes)), Files(Files) {
    for (const FileResult &Unit : Before)
      Units.push_back(&Unit);
    LinkedBefore = link(Units);
    for (const Fix &F : this->Fixes) {
      SeenBy.emplace_back();
      for (const Edit &E : F.Edits)
        SeenBy.back().insert(Files.units(E.File).begin(), Files.units(E.File).end());
    }
  }
  VerifiedFixes run();

private:
  std::set<size_t> seenBy(const Group &Of) const;
  std::vector<Group> takeBatch();
  bool tryBatch(std::vector<Group> Batch);
  bool holdsAcrossFiles(std::vector<Group> &Passing, const std::map<size_t, FileResult> &Results);
  void fail(const Group &Failed, const std::set<size_t> &In, const TrialProblem &Problem, const FixTrial &Trial);
  std::vector<const Fix *> with(const std::vector<Group> &Batch) const;

  const OpenedProject &Of;
  const llvm::ArrayRef<FileResult> Before;
  const std::vector<Fix> Fixes;
  EditableFiles &Files;
  std::vector<std::set<size_t>> SeenBy; ///< Of each fix: the files that depend on what it edits.
  std::vector<Finding> LinkedBefore;
  std::vector<const FileResult *> Units; ///< All results as they are with what is accepted.
  std::set<size_t> Accepted;
  std::map<size_t, size_t> ExcludedBy; ///< Of each fix that was not chosen: a fix that excludes it.
  std::deque<Group> Waiting;
  VerifiedFixes Done;
};

std::set<size_t> Search::seenBy(const Group &Of) const {
  std::set<size_t> All;
  for (size_t I : Of)
    All.insert(SeenBy[I].begin(), SeenBy[I].end());
  return All;
}

/// Takes groups that can be tried at the same time from those that wait.
std::vector<Group> Search::takeBatch() {
  std::vector<Group> Batch;
  std::deque<Group> Later;
  std::set<size_t> Busy;
  for (Group &Next : Waiting) {
    const std::set<size_t> Seen = seenBy(Next);
    const bool Free = llvm::none_of(Seen, [&](size_t Unit) { return Busy.count(Unit); });
    Busy.insert(Seen.begin(), Seen.end());
    if (Free)
      Batch.push_back(std::move(Next));
    else
      Later.push_back(std::move(Next));
  }
  Waiting = std::move(Later);
  return Batch;
}

std::vector<const Fix *> Search::with(const std::vector<Group> &Batch) const {
  std::vector<const Fix *> Made;
  for (size_t I : Accepted)
    Made.push_back(&Fixes[I]);
  for (const Group &G : Batch)
    for (size_t I : G)
      Made.push_back(&Fixes[I]);
  return Made;
}

/// \p Failed failed in the files \p In: leaves it out if it is one fix, or has its parts tried.
void Search::fail(const Group &Failed, const std::set<size_t> &In, const TrialProblem &Problem, const FixTrial &Trial) {
  if (Failed.size() == 1) {
    Done.Left.push_back({Fixes[Failed.front()].Of, Problem.Why});
    return;
  }
  auto Divided = [&](llvm::function_ref<bool(size_t)> IsFirst) {
    Group First, Second;
    for (size_t I : Failed)
      (IsFirst(I) ? First : Second).push_back(I);
    if (First.empty() || Second.empty())
      return false;
    std::vector<Group> Parts = independent(First, SeenBy);
    llvm::append_range(Parts, independent(Second, SeenBy));
    Waiting.insert(Waiting.begin(), Parts.begin(), Parts.end());
    return true;
  };
  // Those that cannot be meant; the one that stands where the problem is; or half of them.
  if (Divided([&](size_t I) { return llvm::none_of(SeenBy[I], [&](size_t Unit) { return In.count(Unit); }); }) ||
      Divided([&](size_t I) { return Trial.touches(Fixes[I], Problem); }))
    return;
  const size_t Middle = Failed[Failed.size() / 2];
  Divided([&](size_t I) { return I < Middle; });
}

/// Links all files with those of \p Passing as they are in \p Results. A group that a new finding leads to fails; false
/// if one did.
bool Search::holdsAcrossFiles(std::vector<Group> &Passing, const std::map<size_t, FileResult> &Results) {
  std::vector<const FileResult *> With = Units;
  for (const Group &G : Passing)
    for (size_t Unit : seenBy(G))
      With[Unit] = &Results.at(Unit);
  const FixTrial Trial(Files, with(Passing));
  std::set<FixTrial::Key> Known;
  for (const Finding &F : LinkedBefore)
    Known.insert(Trial.before(F));
  for (const FileResult &Unit : Before)
    for (const Finding &F : Unit.Findings)
      if (!Trial.isFixed(F))
        Known.insert(Trial.before(F));
  for (const Finding &F : link(With)) {
    if (F.Suppressed || Known.count(Trial.after(F)))
      continue;
    std::set<std::string> On = {Files.real(F.At.File)};
    for (const Note &N : F.Notes)
      On.insert(Files.real(N.At.File));
    auto IsOn = [&](const Group &G) {
      return llvm::any_of(
          G, [&](size_t I) { return llvm::any_of(Fixes[I].Edits, [&](const Edit &E) { return On.count(E.File); }); });
    };
    const bool Any = llvm::any_of(Passing, IsOn);
    llvm::erase_if(Passing, [&](const Group &G) {
      if (Any && !IsOn(G))
        return false;
      fail(G, seenBy(G), {"its fix brings a new finding: " + described(F), Files.real(F.At.File), F.At.Line}, Trial);
      return true;
    });
    return false;
  }
  return true;
}

/// Analyses what sees the edits of \p Batch. False if it was interrupted.
bool Search::tryBatch(std::vector<Group> Batch) {
  const FixTrial Trial(Files, with(Batch));
  std::vector<Job> Jobs;
  std::vector<size_t> Numbers;
  for (const Group &G : Batch)
    for (size_t Unit : seenBy(G)) {
      Numbers.push_back(Unit);
      Jobs.push_back({Of.Files.Commands[Unit], Trial.overlayFor(Unit)});
    }
  std::map<size_t, FileResult> Results;
  Progress Shown(Jobs.size());
  if (!analyseAll(
          Jobs, Of.Chosen, Of.Workers, [&](size_t I) { Shown.begin(fileOf(Jobs[I].Command)); },
          [&](size_t I, FileResult Result) {
            Shown.done();
            Results[Numbers[I]] = std::move(Result);
          }))
    return false;

  std::set<FixTrial::Key> Linked;
  for (const Finding &F : LinkedBefore)
    Linked.insert(Trial.before(F));
  llvm::erase_if(Batch, [&](const Group &G) {
    std::set<size_t> In;
    std::optional<TrialProblem> First;
    for (size_t Unit : seenBy(G))
      if (auto Problem = Trial.problem(Before[Unit], Results[Unit], Linked)) {
        In.insert(Unit);
        if (!First)
          First = std::move(Problem);
      }
    if (In.empty())
      return false;
    fail(G, In, *First, Trial);
    return true;
  });
  while (!Batch.empty() && !holdsAcrossFiles(Batch, Results))
    ;
  for (const Group &G : Batch) {
    Accepted.insert(G.begin(), G.end());
    for (size_t Unit : seenBy(G)) {
      FileResult &After = Done.After[Unit] = std::move(Results[Unit]);
      Units[Unit] = &After;
    }
  }
  return true;
}

VerifiedFixes Search::run() {
  Group Left(Fixes.size());
  std::iota(Left.begin(), Left.end(), 0);
  unsigned Rounds = 0;
  // What excludes a fix may be left out itself.
  const auto Choose = [&] { return choose(Fixes, Left, Accepted, ExcludedBy); };
  for (Group Chosen = Choose(); !Chosen.empty(); Chosen = Choose()) {
    Left.clear();
    for (const auto &[Loser, Winner] : ExcludedBy)
      Left.push_back(Loser);
    llvm::append_range(Waiting, independent(Chosen, SeenBy));
    while (!Waiting.empty() && ++Rounds <= MaxRounds)
      if (!tryBatch(takeBatch())) {
        Done.Interrupted = true;
        return std::move(Done);
      }
    for (const Group &G : Waiting)
      for (size_t I : G)
        Done.Left.push_back({Fixes[I].Of, "too many other fixes fail; run async-tidy fix again"});
    Waiting.clear();
  }
  for (const auto &[Loser, Winner] : ExcludedBy) {
    const Finding &Other = Fixes[Winner].Of;
    Done.Left.push_back({Fixes[Loser].Of, "its fix and that for line " + std::to_string(Other.At.Line) + " [" +
                                              Other.Check +
                                              "], which is made, exclude each other; run async-tidy fix "
                                              "again"});
  }
  for (size_t I : Accepted)
    Done.Made.push_back(Fixes[I]);
  return std::move(Done);
}

} // namespace

VerifiedFixes verify(const OpenedProject &Of, llvm::ArrayRef<FileResult> Before, std::vector<Fix> Fixes,
                     EditableFiles &Files) {
  return Search(Of, Before, std::move(Fixes), Files).run();
}

} // namespace asynctidy
