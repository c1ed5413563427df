// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who awaits a coroutine, in the translation unit at hand.
#pragma once

#include "cancellation/Aftermath.h"

namespace asynctidy {

/// Where a coroutine of this translation unit awaits \p F and goes on afterwards, so that it would go on after a
/// cancellation that was kept from it; invalid if there is no such place. Looks at the whole translation unit.
clang::SourceLocation whereWaitersGoOn(const clang::FunctionDecl &F, const HandlerReader &Reader,
                                       TranslationUnit &Unit);

} // namespace asynctidy
