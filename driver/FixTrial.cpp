// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares results without and with edits.

#include "FixTrial.h"
#include "Link.h"
#include "llvm/ADT/STLExtras.h"

namespace asynctidy {

FixTrial::FixTrial(EditableFiles &Files, llvm::ArrayRef<const Fix *> Made) : Files(Files) {
  for (const Fix *F : Made) {
    addTo(Edits, *F);
    Fixed.emplace(F->Of.At.File, F->Of.At.Offset, F->Of.Check);
  }
  for (const auto &[File, In] : Edits)
    Texts[File] = edited(Files.text(File), In);
}

std::vector<std::pair<std::string, std::string>> FixTrial::overlayFor(size_t Unit) const {
  std::vector<std::pair<std::string, std::string>> Seen;
  for (const auto &[File, Text] : Texts)
    if (Files.units(File).count(Unit))
      Seen.emplace_back(File, Text);
  return Seen;
}

FixTrial::Key FixTrial::before(const Finding &F) const {
  const std::string &File = Files.real(F.At.File);
  const auto Found = Texts.find(File);
  if (Found == Texts.end())
    return {File, F.At.Line, F.Check};
  return {File, lineAt(Found->second, moved(F.At.Offset, Edits.at(File))), F.Check};
}

FixTrial::Key FixTrial::after(const Finding &F) const { return {Files.real(F.At.File), F.At.Line, F.Check}; }

bool FixTrial::isFixed(const Finding &F) const { return Fixed.count({F.At.File, F.At.Offset, F.Check}) != 0; }

/// \p Why, and where that is if \p Reason begins with a place: "a.cpp:3:1: expected ';'".
static TrialProblem placed(std::string Why, llvm::StringRef Reason, EditableFiles &Files) {
  TrialProblem Problem{std::move(Why), {}, 0};
  const auto [Rest, Column] = Reason.split(": ").first.rsplit(':');
  const auto [File, Line] = Rest.rsplit(':');
  if (!Line.getAsInteger(10, Problem.Line))
    Problem.File = Files.real(File.str());
  return Problem;
}

std::optional<TrialProblem> FixTrial::problem(const FileResult &Before, const FileResult &After,
                                              const std::set<Key> &Known) const {
  using Outcome = FileResult::Outcome;
  if (Before.How != Outcome::Analysed)
    return std::nullopt;
  if (After.How == Outcome::Broken)
    return placed("with its fix " + Before.File + " does not compile: " + After.Reason, After.Reason, Files);
  if (After.How != Outcome::Analysed)
    return TrialProblem{"with its fix " + Before.File + " cannot be analysed: " + After.Reason, {}, 0};
  std::map<Key, unsigned> Expected;
  std::set<Key> Gone;
  for (const Finding &F : Before.Findings) {
    if (F.Suppressed)
      continue;
    if (isFixed(F))
      Gone.insert(before(F));
    else
      ++Expected[before(F)];
  }
  for (const Finding &F : After.Findings) {
    const Key Is = after(F);
    if (F.Suppressed || Known.count(Is))
      continue;
    if (unsigned &Count = Expected[Is]) {
      --Count;
      continue;
    }
    return TrialProblem{Gone.count(Is) ? "with its fix the finding is still there"
                                       : "its fix brings a new finding: " + described(F),
                        std::get<0>(Is), F.At.Line};
  }
  return std::nullopt;
}

bool FixTrial::touches(const Fix &F, const TrialProblem &Problem) const {
  const auto Text = Texts.find(Problem.File);
  if (Text == Texts.end())
    return false;
  const std::vector<Edit> &All = Edits.at(Problem.File);
  return llvm::any_of(F.Edits, [&](const Edit &E) {
    if (E.File != Problem.File)
      return false;
    // Where the byte behind the edit is; before that the new text ends.
    const unsigned End = moved(E.Offset + E.Length, All);
    const unsigned Begin = End - std::min<unsigned>(End, static_cast<unsigned>(E.Text.size()));
    return lineAt(Text->second, Begin) <= Problem.Line && Problem.Line <= lineAt(Text->second, End);
  });
}

unsigned countLeft(const Report &Said, llvm::ArrayRef<FileResult> Before, const std::map<size_t, FileResult> &After,
                   const FixTrial &Made) {
  std::vector<const FileResult *> Units;
  for (size_t I = 0; I != Before.size(); ++I)
    Units.push_back(After.count(I) ? &After.at(I) : &Before[I]);
  std::set<FixTrial::Key> There;
  for (const FileResult *Unit : Units)
    for (const Finding &F : Unit->Findings)
      if (!F.Suppressed)
        There.insert(Made.after(F));
  for (const Finding &F : link(Units))
    There.insert(Made.after(F));
  return static_cast<unsigned>(llvm::count_if(Said.Findings, [&](const Finding &F) {
    return !F.Suppressed && !Made.isFixed(F) && There.count(Made.before(F));
  }));
}

std::string described(const Finding &F) {
  return F.At.File + ":" + std::to_string(F.At.Line) + ":" + std::to_string(F.At.Column) + ": " + F.Message + " [" +
         F.Check + "]";
}

} // namespace asynctidy
