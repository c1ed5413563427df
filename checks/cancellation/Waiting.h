// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who awaits a coroutine, in the translation unit at hand.
#pragma once

#include "cancellation/Aftermath.h"

namespace asynctidy {

/// What the user's code in this translation unit does with one coroutine.
struct Waiting {
  /// Where a coroutine awaits it and goes on afterwards, so that it would go on after a cancellation that was kept
  /// from it; invalid if there is no such place.
  clang::SourceLocation GoesOn;
  /// Whether it is used, and by test cases only.
  bool OnlyInTests = false;
};

/// Looks at the whole translation unit.
Waiting waitingFor(const clang::FunctionDecl &F, const HandlerReader &Reader, TranslationUnit &Unit);

} // namespace asynctidy
