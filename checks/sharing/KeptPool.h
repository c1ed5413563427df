// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether a pool that is made for one call could be kept for all of them.
#pragma once

#include "summary/FunctionSummary.h"

namespace asynctidy {

/// The declaration of the pool that \p Created makes if `static` before it breaks nothing at once; null otherwise: a
/// pool held by value or smart pointer, whose arguments may go when the call ends, and whose every use is understood to
/// wait for the work that it hands over, or only to ask. What ends the pool, or relies on its end to wait for work, is
/// none of these; neither is what gives the pool to anybody else. That the pool then outlives the call is the reader's
/// decision.
const clang::DeclStmt *movableToStatic(const Effect &Created, TranslationUnit &Unit);

} // namespace asynctidy
