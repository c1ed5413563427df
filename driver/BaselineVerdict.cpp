// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which entries of a baseline are stale.

#include "BaselineVerdict.h"
#include "Coverage.h"
#include "PathMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

namespace asynctidy {
namespace {

class Judge {
public:
  explicit Judge(const RunResult &Done)
      : Done(Done), Paths(Done.Said.Root, Done.Said.Root), Seen(known(Done), Done.IsWhole && Done.Said.isComplete()) {}

  bool exists(llvm::StringRef File) const { return llvm::sys::fs::exists(Paths.absolute(File)); }

  /// Whether \p Entry, which matches nothing, would match something if it were there.
  bool isStale(const BaselineEntry &Entry) const {
    const bool Exists = exists(Entry.File);
    if (Exists ? !Seen.knows(Entry.File) : !Seen.isComplete())
      return false;
    if (!Seen.isComplete() && isUndecided(Entry))
      return false;
    return llvm::any_of(Done.Files, [&](const FileResult &Unit) {
      return (!Exists || sees(Unit, Entry.File)) && llvm::is_contained(Unit.Checks, Entry.Check);
    });
  }

private:
  static std::vector<const FileResult *> known(const RunResult &Done) {
    std::vector<const FileResult *> Units;
    for (const FileResult &Unit : Done.Files)
      if (!Unit.File.empty())
        Units.push_back(&Unit);
    return Units;
  }

  static bool sees(const FileResult &Unit, const std::string &File) {
    return Unit.File == File || llvm::any_of(Unit.Dependencies, [&](const Dependency &D) { return D.File == File; });
  }

  /// Whether files that were not looked at may make \p Entry hold.
  bool isUndecided(const BaselineEntry &Entry) const {
    return llvm::any_of(Done.Files, [&](const FileResult &Unit) {
      return llvm::any_of(Unit.Deferred, [&](const Finding &F) {
        return F.At.File == Entry.File && F.Check == Entry.Check && F.Function == Entry.Function;
      });
    });
  }

  const RunResult &Done;
  const PathMap Paths;
  const Coverage Seen;
};

} // namespace

BaselineVerdict judge(const Baseline &Entries, const RunResult &Done) {
  Judge Asked(Done);
  BaselineVerdict Verdict;
  Verdict.Found = match(Done.Said.Findings, Entries, [&](llvm::StringRef File) { return Asked.exists(File); });
  for (size_t I = 0; I != Entries.size(); ++I)
    Verdict.Stale.push_back(!Verdict.Found.Matched[I] && Asked.isStale(Entries[I]));
  return Verdict;
}

} // namespace asynctidy
