// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whose life decides about what a reference, pointer or view refers to.
#pragma once

#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"

namespace asynctidy {

/// What a reference, pointer or view refers to, as far as the function at hand shows it.
struct Origin {
  enum class Kind {
    Temporary, ///< It dies at the end of the full-expression that makes it.
    Local,     ///< A local variable of this function, or a part of one.
    Parameter, ///< A parameter by value of this function.
    Lent,   ///< What a reference, pointer or view parameter refers to, or a variable of the function around a lambda.
    Object, ///< A part of the object whose member function this is.
    Copied, ///< A copy that a lambda holds, in its own body.
    Static, ///< It lives as long as the program, or the thread.
    Shared, ///< What a smart pointer points to.
    Unknown,
  };
  Kind What = Kind::Unknown;
  const clang::VarDecl *Variable = nullptr; ///< For Local, Parameter, Lent, Copied; what owns it for Shared if known.
  const clang::Expr *Site = nullptr;        ///< The temporary, or where the variable is named.
  bool Inside = false;                      ///< It lives in what the variable owns (an element, a buffer).
};

/// What the object that \p E names or makes belongs to.
Origin originOfObject(const clang::Expr *E, const Body &In, const Knowledge &Facts);
/// The same for what the pointer \p E points to.
Origin originOfPointee(const clang::Expr *E, const Body &In, const Knowledge &Facts);
/// The same for what the view \p E looks at.
Origin originOfView(const clang::Expr *E, const Body &In, const Knowledge &Facts);
/// The same for whatever a parameter of type \p T refers to when \p E is its argument: what a reference is bound to,
/// what a pointer points to, what a view looks at. Nothing for other types.
std::optional<Origin> originOfArgument(const clang::Expr *E, clang::QualType T, const Body &In, const Knowledge &Facts);

/// Whether values of \p T look at something that they do not own: std::string_view, std::span, classes with
/// [[gsl::Pointer]], and what knowledge says.
bool isView(clang::QualType T, const Knowledge &Facts);

/// The lambda that \p E is, seen through copies, wrappers such as std::function, and a local variable; null if none.
const clang::LambdaExpr *closureIn(const clang::Expr *E);

} // namespace asynctidy
