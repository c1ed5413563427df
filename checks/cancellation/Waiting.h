// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who awaits a coroutine, in the translation unit at hand.
#pragma once

#include "cancellation/Aftermath.h"

namespace asynctidy {

/// Where a coroutine of this translation unit awaits \p F and goes on afterwards, so that it would go on after a
/// cancellation that was kept from it; invalid if there is no such place. Looks at the whole translation unit.
clang::SourceLocation whereWaitersGoOn(const clang::FunctionDecl &F, const HandlerReader &Reader,
                                       TranslationUnit &Unit);

/// Whether nobody learns how \p F ended: all that is done with it here is to spawn it and look no further, or to await
/// it at the end of a coroutine of which the same is true, \p Depth times over.
bool endsUnseen(const clang::FunctionDecl &F, const HandlerReader &Reader, TranslationUnit &Unit, unsigned Depth = 3);

/// Whether \p F is a callback that takes something and gives nothing, such as the session of a server for each
/// connection: all that is done with it here is to give it to functions by its name.
bool isCallback(const clang::FunctionDecl &F, TranslationUnit &Unit);

} // namespace asynctidy
