// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which expressions and functions only look at things, as far as declarations and small visible bodies show it.
#pragma once

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

namespace asynctidy {

/// Whether calling \p Method leaves its object as it is: it is const, or there is a const overload of it, so that it
/// is an accessor (`begin()`, `operator*`).
bool leavesObject(const clang::CXXMethodDecl &Method);

/// Whether calling \p Function changes nothing that its caller can see: it is constexpr or declared pure, takes
/// everything by value or as constant, or is seen to be one expression that only looks. A function without arguments
/// whose body is not visible asks about something that is not visible either.
bool onlyLooks(const clang::FunctionDecl &Function);

/// Whether evaluating \p E twice gives the same answer twice if nothing happens in between.
bool onlyLooks(const clang::Expr &E);

/// Whether a parameter of type \p T lets a function change its argument.
bool isMutableParameter(clang::QualType T);

} // namespace asynctidy
