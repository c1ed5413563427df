// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How long the closure of a lambda coroutine lives, compared with the tasks that it makes.
#pragma once

#include "lifetime/LateUse.h"

namespace asynctidy {

/// A task that uses the captures of a lambda coroutine when the closure may be gone.
struct OrphanedTask {
  /// The call that makes the task; where a function makes it that was given the closure, the call of that function.
  const clang::Expr *Call;
  const clang::VarDecl *Closure = nullptr; ///< The local variable that is the closure; null for a temporary.
  /// The function that was given the closure and calls it; null if it is called where it is written.
  const clang::FunctionDecl *Caller = nullptr;
  const clang::Expr *CalledAt = nullptr;         ///< Where Caller is seen to call it; null if that is known otherwise.
  const clang::ParmVarDecl *Parameter = nullptr; ///< The parameter of Caller that is the closure, by value.
  TaskFate Fate = {};                            ///< Of the task, where it is made.
  LateUse Use = {};                              ///< What reads the closure too late.
};

/// Judges the closures of one body.
class Closures {
public:
  Closures(const Body &In, TranslationUnit &Unit) : In(In), Unit(Unit), Fates(In, Unit) {}

  /// The first task of \p Lambda, a capturing lambda coroutine written in the body, that outlives the closure. Nothing
  /// where the closure lives long enough, or it cannot be told who keeps it.
  std::optional<OrphanedTask> orphanOf(const clang::LambdaExpr &Lambda);

private:
  std::optional<OrphanedTask> called(const clang::LambdaExpr &Lambda, const clang::CXXOperatorCallExpr &Call,
                                     const clang::VarDecl *Closure);
  std::optional<OrphanedTask> given(const clang::LambdaExpr &Lambda, const clang::Expr *Closure,
                                    const clang::VarDecl *Variable);
  std::optional<OrphanedTask> calledBy(const clang::LambdaExpr &Lambda, const CallSite &Site,
                                       const clang::ParmVarDecl &Parameter, const clang::FunctionDecl &Caller,
                                       const clang::VarDecl *Variable);

  const Body &In;
  TranslationUnit &Unit;
  TaskFates Fates;
};

/// Whether \p Lambda is a coroutine that reads a closure, and not a copy of it in its own frame (`this auto`).
bool readsClosure(const clang::LambdaExpr &Lambda);

} // namespace asynctidy
