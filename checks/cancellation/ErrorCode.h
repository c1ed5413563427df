// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cancellation that arrives as an error value: awaits that answer it, and the tests that take it for any failure.
#pragma once

#include "cancellation/Handler.h"

namespace asynctidy {

/// A test of an awaited error value in a loop that goes on whatever the error was.
struct RetryOnAnyError {
  const clang::IfStmt *Test;
  const SuspensionPoint *Await;
  const clang::Stmt *Loop;
  const clang::ValueDecl *Error; ///< The variable or structured binding that is tested.
};

/// All of them in the coroutine \p In, whose library says cancelled by a code.
std::vector<RetryOnAnyError> findRetriesOnAnyError(const Body &In, const HandlerReader &Reader, TranslationUnit &Unit);

} // namespace asynctidy
