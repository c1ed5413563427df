// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a function can be seen to fail: what throws in it, and which calls and awaits lead there.
#pragma once

#include "TranslationUnit.h"

namespace asynctidy {

/// An exception that leaves a function.
struct Failure {
  /// The throw, or the call of what throws when something outside of the program goes wrong.
  const clang::Expr *Site = nullptr;
  const clang::FunctionDecl *Thrower = nullptr; ///< What is called at Site; null for a throw.
  struct Step {
    const clang::Expr *Call;
    const clang::FunctionDecl *To;
    bool Awaited;
  };
  /// The calls that lead there from the function, outermost first.
  std::vector<Step> Path;
};

/// The first way on which \p F, which must have a body, is seen to fail: by a `throw` of its own or of a visible
/// function that it calls or awaits directly, or by a call that is known to fail when something outside of the program
/// goes wrong. Not where a handler around it takes the exception, where the call asks for the error as a value, or in
/// a noexcept function. What is not visible does not fail, and cancellation is no failure.
std::optional<Failure> failureOf(const clang::FunctionDecl &F, TranslationUnit &Unit);

/// The same for \p S alone, a throw or a call in \p In, where no handler in \p Within takes the exception.
std::optional<Failure> failureAt(const clang::Stmt *S, const clang::Stmt *Within, const Body &In,
                                 TranslationUnit &Unit);

/// The definition that runs as the work \p E, a task or a callable that makes one: of the coroutine that is called, of
/// the lambda, of what initialises the variable. A plain function that only returns a task is seen through. Null if it
/// cannot be told, or is no coroutine.
const clang::FunctionDecl *workOf(const clang::Expr *E);

} // namespace asynctidy
