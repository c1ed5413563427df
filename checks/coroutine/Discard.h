// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which values of a body nobody looks at.
#pragma once

#include "coroutine/Body.h"

namespace asynctidy {

/// What becomes of the value of an expression.
enum class Discard {
  No,      ///< Something takes it.
  Dropped, ///< It falls on the floor: a statement, the left of a comma, the increment of a loop.
  ToVoid,  ///< The author says so: a cast to void, an assignment to an object that swallows everything.
};

/// What becomes of the value of \p E, seen through casts, std::move, commas, conditional operators and statement
/// expressions.
Discard discardOf(const clang::Expr *E, const Body &In);

/// What a fix for the dropped \p E has to take as a whole: \p E, or the written casts and std::move around it. Null
/// where its value has to fit something: another arm of a conditional operator, an assignment, another type.
const clang::Expr *wholeDropped(const clang::Expr *E, const Body &In);

/// Whether \p Loc lies in the expansion of a macro that a system header defines, as an argument or as its text.
bool isInSystemMacro(clang::SourceLocation Loc, const clang::SourceManager &Sources);

} // namespace asynctidy
