// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads the baseline, asks git, and filters a report.

#include "verbs/NewOnly.h"
#include "BaselineVerdict.h"
#include "Verb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace cl = llvm::cl;

namespace asynctidy {

BaselineFile::BaselineFile(cl::SubCommand &Of)
    : Given("baseline", cl::desc("the file of accepted findings (default: .async-tidy-baseline.json in the root)"),
            cl::value_desc("file"), cl::sub(Of)) {}

std::string BaselineFile::path(llvm::StringRef Root) const {
  if (isGiven())
    return Given;
  llvm::SmallString<256> File(Root);
  llvm::sys::path::append(File, BaselineName);
  return std::string(File);
}

std::optional<Baseline> BaselineFile::load(llvm::StringRef Root, bool MayBeMissing) const {
  const std::string File = path(Root);
  if (!llvm::sys::fs::exists(File)) {
    if (MayBeMissing)
      return Baseline();
    complain("there is no baseline " + File, "make one: async-tidy baseline accept");
    return std::nullopt;
  }
  auto Text = llvm::MemoryBuffer::getFile(File);
  std::string Why = Text ? "" : Text.getError().message();
  std::optional<Baseline> Entries;
  if (Text)
    Entries = parseBaseline((*Text)->getBuffer(), Why);
  if (!Entries)
    complain(File + " cannot be read: " + Why,
             "correct it or take it from git; `async-tidy baseline accept --force` writes it anew");
  return Entries;
}

NewOnlyOptions::NewOnlyOptions(cl::SubCommand &Of)
    : File(Of), Ignore("no-baseline", cl::desc("report what is in the baseline too"), cl::sub(Of)),
      Revision("new-from", cl::desc("report only what is in lines that differ from this revision of git"),
               cl::value_desc("rev"), cl::sub(Of)) {}

std::optional<NewOnly> NewOnlyOptions::open(const std::string &Root) const {
  NewOnly Asked;
  if (Ignore && File.isGiven()) {
    complain("--baseline and --no-baseline exclude each other", "leave one of them out");
    return std::nullopt;
  }
  if (!Ignore) {
    auto Entries = File.load(Root, /*MayBeMissing=*/!File.isGiven());
    if (!Entries)
      return std::nullopt;
    Asked.Accepted = std::move(*Entries);
  }
  if (Revision.getNumOccurrences()) {
    Asked.Changed = changesSince(Root, Revision);
    if (!Asked.Changed)
      return std::nullopt;
  }
  return Asked;
}

/// Whether the finding or a step of the way to it stands in a line that has changed.
static bool isIn(const ChangedFiles &Changed, const Finding &Said) {
  auto HasChanged = [&](const Position &At) {
    const auto File = Changed.find(At.File);
    return At.isValid() && File != Changed.end() && File->second.contains(At.Line);
  };
  return HasChanged(Said.At) || llvm::any_of(Said.Notes, [&](const Note &N) { return HasChanged(N.At); });
}

void NewOnly::apply(RunResult &Done) const {
  if (!isActive())
    return;
  Report &Said = Done.Said;
  const BaselineVerdict Verdict = judge(Accepted, Done);
  std::vector<Finding> New;
  for (size_t I = 0; I != Said.Findings.size(); ++I) {
    Finding &F = Said.Findings[I];
    if (F.Suppressed || (Verdict.Found.EntryOf[I] < 0 && (!Changed || isIn(*Changed, F))))
      New.push_back(std::move(F));
    else
      ++Said.Baselined;
  }
  Said.Findings = std::move(New);
  for (size_t I = 0; I != Accepted.size(); ++I)
    if (Verdict.Stale[I]) {
      ++Said.Stale;
      llvm::errs() << "async-tidy: stale in the baseline: " << Accepted[I].File << ": " << Accepted[I].Message << " ["
                   << Accepted[I].Check << "]\n";
    }
  if (Said.Stale)
    llvm::errs() << "            `async-tidy baseline prune` removes what is no longer found\n";
}

} // namespace asynctidy
