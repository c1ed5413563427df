// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Order, identity and fingerprints of findings.

#include "Session.h"
#include "Interrupt.h"
#include "Link.h"
#include "Suppressions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/BLAKE3.h"

namespace asynctidy {

bool Session::take(const Finding &Said) {
  if (!Seen.emplace(Said.At.File, Said.At.Offset, Said.Check).second)
    return false;
  Findings.push_back(Said);
  return true;
}

void Session::add(size_t Which, FileResult Result, llvm::function_ref<void(const Finding &)> Visit) {
  Results[Which] = std::move(Result);
  Known[Which] = true;
  for (; Told != Results.size() && Known[Told]; ++Told)
    for (const Finding &Said : Results[Told].Findings)
      if (take(Said) && !Said.Suppressed)
        Visit(Said);
}

static bool comesBefore(const Finding &A, const Finding &B) {
  return std::tie(A.At.File, A.At.Line, A.At.Column, A.Check, A.Message) <
         std::tie(B.At.File, B.At.Line, B.At.Column, B.Check, B.Message);
}

Report Session::finish(llvm::function_ref<void(const Finding &)> Visit) {
  std::vector<const FileResult *> Units;
  for (size_t I = 0; I != Results.size(); ++I) {
    if (!Known[I])
      continue;
    Units.push_back(&Results[I]);
    if (I >= Told) // What was interrupted is told too.
      for (const Finding &Said : Results[I].Findings)
        if (take(Said) && !Said.Suppressed)
          Visit(Said);
  }
  // Of a part nobody knows what is certain: half of the files is not linked.
  auto Decided = link(Units, InterruptWatch::interrupted);
  std::vector<Finding> Linked = Decided ? std::move(*Decided) : std::vector<Finding>();
  llvm::sort(Linked, comesBefore);
  for (const Finding &Said : Linked)
    if (take(Said) && !Said.Suppressed)
      Visit(Said);

  Report Made;
  Made.Root = Root;
  Made.Files = static_cast<unsigned>(Results.size());
  Made.Done = static_cast<unsigned>(Units.size());
  Made.IsUnlinked = !Decided;
  Made.Findings = std::move(Findings);
  llvm::sort(Made.Findings, comesBefore);
  fingerprint(Made.Findings);
  std::set<Position> Coroutines;
  for (const FileResult *Unit : Units) {
    for (const CoroutineInfo &C : Unit->Coroutines)
      if (Coroutines.insert(C.At).second)
        Made.Coroutines.push_back(C);
    if (Unit->How != FileResult::Outcome::Analysed)
      Made.Problems.push_back({Unit->File, Unit->How, Unit->Reason});
  }
  llvm::sort(Made.Coroutines, [](const CoroutineInfo &A, const CoroutineInfo &B) { return A.At < B.At; });
  Made.Unused = unusedOf(Units, Linked, Coverage(Units, IsWhole && Made.isComplete()));
  return Made;
}

/// \p Line with every run of white space as one blank, so that formatting does not matter.
static std::string normalised(llvm::StringRef Line) {
  std::string Short;
  for (char C : Line.trim()) {
    if (!llvm::isSpace(C))
      Short += C;
    else if (Short.back() != ' ')
      Short += ' ';
  }
  return Short;
}

void fingerprint(std::vector<Finding> &Findings) {
  llvm::StringMap<unsigned> Before;
  for (Finding &F : Findings) {
    const std::string Key =
        F.Check + '\0' + F.Function + '\0' + (F.Statement.empty() ? normalised(F.Source) : F.Statement);
    F.Statement.clear();
    const unsigned Count = Before[F.At.File + '\0' + Key]++;
    const std::string Whole = Key + '\0' + std::to_string(Count);
    F.Fingerprint = llvm::toHex(llvm::BLAKE3::hash<16>(llvm::arrayRefFromStringRef(Whole)), /*LowerCase=*/true);
  }
}

} // namespace asynctidy
