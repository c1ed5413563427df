// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are there whole or not at all.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace asynctidy {

/// Lets \p Write fill \p File, or standard output if that is empty. A file is written beside its place and put there when
/// it is complete. False, with the reason on standard error, if it could not be written.
bool write(llvm::StringRef File, llvm::function_ref<void(llvm::raw_ostream &)> Write);

} // namespace asynctidy
