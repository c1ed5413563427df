// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counts which files were seen, and by whom.

#include "Coverage.h"

namespace asynctidy {

Coverage::Coverage(llvm::ArrayRef<const FileResult *> Units, bool IsWhole) : Whole(IsWhole) {
  for (const FileResult *Unit : Units) {
    const bool Spoils = Unit->How != FileResult::Outcome::Analysed;
    HasProblem |= Spoils;
    HidesHeaders |= Unit->Dependencies.empty();
    Seen &Main = Files[Unit->File];
    Main.AsMain = true;
    Main.Spoiled |= Spoils;
    for (const Dependency &D : Unit->Dependencies)
      Files[D.File].Spoiled |= Spoils;
  }
}

bool Coverage::knows(llvm::StringRef File) const {
  const auto Found = Files.find(File);
  if (Found == Files.end() || Found->second.Spoiled)
    return false;
  return Found->second.AsMain || (Whole && !HidesHeaders);
}

} // namespace asynctidy
