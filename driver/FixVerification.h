// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tries fixes before they are written: what they would make of the files is analysed in place of the files.
#pragma once

#include "Fix.h"
#include "Run.h"

namespace asynctidy {

struct VerifiedFixes {
  std::vector<Fix> Made; ///< Those that hold, together.
  std::vector<LeftAlone> Left;
  /// The results of the files that see the edits, by their numbers.
  std::map<size_t, FileResult> After;
  bool Interrupted = false; ///< Then nothing is known.
};

/// Finds out which of \p Fixes can be made. Every file that depends on an edited one is analysed with the edits: it
/// must compile if it did, the findings that were fixed must be gone, and none may have come, in any file nor across
/// files. Of fixes that exclude each other the first one that holds is taken. \p Before are the results without edits.
VerifiedFixes verify(const OpenedProject &Of, llvm::ArrayRef<FileResult> Before, std::vector<Fix> Fixes,
                     EditableFiles &Files);

} // namespace asynctidy
