// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Edits that let cancellation out again.
#pragma once

#include "coroutine/Body.h"
#include "coroutine/Cancellation.h"
#include "clang/Basic/Diagnostic.h"

namespace asynctidy {

/// What can be offered for a handler that swallows cancellation.
class HandlerFix {
public:
  /// \p Type is what \p Handler swallows; null if unknown.
  HandlerFix(const clang::CXXCatchStmt &Handler, const Cancellation &What, const clang::CXXRecordDecl *Type,
             const Body &In, const clang::ASTContext &Context);

  /// Lets cancellation out and nothing else: a handler for its type, or a test of the error value.
  const std::optional<clang::FixItHint> &safe() const { return Safe; }
  /// Lets every exception out once the handler is done; only where there is no safe edit.
  const std::optional<clang::FixItHint> &unsafe() const { return Unsafe; }

private:
  std::optional<clang::FixItHint> Safe;
  std::optional<clang::FixItHint> Unsafe;
};

/// `if (Error == code) break;` before \p Test, which stands in \p Loop; nothing where that cannot be written.
std::optional<clang::FixItHint> leaveLoopWhenCancelled(const clang::IfStmt &Test, const clang::Stmt &Loop,
                                                       const clang::ValueDecl &Error, const Cancellation &What,
                                                       const Body &In);

} // namespace asynctidy
