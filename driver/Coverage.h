// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run has looked at: only there is silence an answer.
#pragma once

#include "Result.h"
#include "llvm/ADT/StringMap.h"

namespace asynctidy {

class Coverage {
public:
  /// \p Units are the results that are known. \p IsWhole: they are all of the project's.
  Coverage(llvm::ArrayRef<const FileResult *> Units, bool IsWhole);

  /// Whether every file of the project was fully analysed: then what depends on several files is certain.
  bool isComplete() const { return Whole && !HasProblem; }
  /// Whether all is known that \p File has by itself: it is a source file that was fully analysed, or a header of
  /// which all that include it were.
  bool knows(llvm::StringRef File) const;

private:
  struct Seen {
    bool AsMain = false;
    bool Spoiled = false; ///< By a unit that was not fully analysed.
  };
  llvm::StringMap<Seen> Files;
  const bool Whole;
  bool HasProblem = false;
  bool HidesHeaders = false; ///< Of some unit nobody knows what it includes.
};

} // namespace asynctidy
