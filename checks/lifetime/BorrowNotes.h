// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How findings speak of what a task borrows.
#pragma once

#include "coroutine/Borrow.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <string>

namespace asynctidy {

/// "local variable 'name'", "parameter 'name'", "a temporary 'std::string'".
std::string describe(const Borrow &B, const clang::ASTContext &Context);

/// Tells \p Note, in the order in which a reader follows them, how the coroutine came to what it borrows, which
/// suspension it outlives there and where it is used.
void explain(const Borrow &B, llvm::function_ref<void(clang::SourceLocation, const std::string &)> Note);

} // namespace asynctidy
