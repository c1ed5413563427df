// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a report goes.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <system_error>

namespace asynctidy {

/// Has \p Write write the file \p Path, or standard output if it is empty or "-". A file appears as a whole or not at
/// all: it is written beside and renamed. Devices and pipes are written to directly.
std::error_code writeOutput(llvm::StringRef Path, llvm::function_ref<void(llvm::raw_ostream &)> Write);

/// The same; false, with the reason on standard error, if it could not be written.
bool write(llvm::StringRef Path, llvm::function_ref<void(llvm::raw_ostream &)> Write);

} // namespace asynctidy
