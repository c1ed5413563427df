// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the flags of a compiler mean for the analysis.
#pragma once

#include "CompileEntries.h"

namespace asynctidy {

/// Flags that GCC understands and clang does not, and without which the code means the same.
llvm::ArrayRef<llvm::StringLiteral> gccOnlyFlags();

/// Flags of \p Entry that clang does not know, without those of GCC.
std::vector<std::string> unknownFlags(const CompileEntry &Entry);

bool isCxx(const CompileEntry &Entry);

/// Whether coroutines are off: the last -std names something older than C++20, or there is none.
bool isBelowCxx20(const CompileEntry &Entry);

} // namespace asynctidy
