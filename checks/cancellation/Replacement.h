// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handlers that throw something else in place of a cancellation, and who takes that for a failure.
#pragma once

#include "cancellation/Aftermath.h"
#include "cancellation/Handler.h"

namespace asynctidy {

/// An exception that takes the place of a cancellation, and is handled as if the work had failed.
struct Replacement {
  const clang::CXXRecordDecl *Type;   ///< What is thrown.
  const clang::CXXCatchStmt *Handler; ///< What catches it; cancellation would have passed it, or left by another one.
  Aftermath After;                    ///< What is done then.
};

/// What \p Handler of the coroutine \p F throws in place of \p Cancelled, and where a coroutine of this translation
/// unit that awaits \p F, or awaits one that does, handles that and goes on; nothing if the handler does anything else
/// with what it caught, was written for cancellation, or nobody is seen to go on. Looks at the whole translation unit.
std::optional<Replacement> replacementBy(const clang::CXXCatchStmt &Handler, const clang::FunctionDecl &F,
                                         const clang::CXXRecordDecl &Cancelled, const HandlerReader &Reader,
                                         TranslationUnit &Unit);

} // namespace asynctidy
