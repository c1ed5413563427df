// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Edits that put what a lambda coroutine captures into the frame of the coroutine.
#pragma once

#include "coroutine/Body.h"
#include "clang/Basic/Diagnostic.h"
#include <optional>

namespace asynctidy {

class TranslationUnit;

/// `[x]() {...}()` as `[](auto x) {...}(x)`: what \p Lambda captures becomes parameters of it, and arguments of \p
/// Call, which calls it where it is written. Empty where that cannot be written.
std::vector<clang::FixItHint> capturesAsParameters(const clang::LambdaExpr &Lambda,
                                                   const clang::CXXOperatorCallExpr &Call, const Body &In,
                                                   TranslationUnit &Unit);

/// `this auto` as the first parameter of \p Lambda, so that the coroutine has a copy of the closure; \p Temporary says
/// that the closure is called as one, and need not be copyable. Nothing before C++23, and where something is captured
/// by reference: the copy would refer to the same.
std::optional<clang::FixItHint> closureAsParameter(const clang::LambdaExpr &Lambda, bool Temporary, const Body &In);

} // namespace asynctidy
