// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Unified diffs of files whose edits are known.
#pragma once

#include "Result.h"
#include "llvm/Support/raw_ostream.h"

namespace asynctidy {

/// Prints what \p Edits, which are sorted and do not exclude each other, make of the \p Text of the file \p Name, with
/// three lines around each change, as `patch -p1` and `git apply` read it.
void printDiff(llvm::raw_ostream &OS, bool Color, llvm::StringRef Name, llvm::StringRef Text,
               llvm::ArrayRef<Edit> Edits);

} // namespace asynctidy
