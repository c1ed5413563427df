// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the body of a coroutine reads of its closure or object when that may be gone, and how this is told.
#pragma once

#include "coroutine/Awaitable.h"
#include "coroutine/TaskFate.h"

namespace asynctidy {

/// A use of a capture, or of 'this', in the body of a coroutine.
struct LateUse {
  const clang::Expr *Site = nullptr;          ///< DeclRefExpr, or CXXThisExpr for 'this'.
  const clang::ValueDecl *Variable = nullptr; ///< Null for 'this'.
  const clang::Expr *After = nullptr;         ///< The suspension point before it, if there is one.
};

/// The nearest use of a capture or of 'this' in \p Of, a coroutine, that is executed behind a suspension point. Where
/// there is none, the first use counts if a task with \p Fate begins only later; a spawner may run it that far at once.
std::optional<LateUse> lateUse(const Body &Of, const TaskFate &Fate, const Awaitables &Types);

/// One step of what happens to a task.
struct FateNote {
  clang::SourceLocation Loc;
  std::string Text;
};

/// How the task that \p Made makes comes to outlive the expression or scope around it.
std::vector<FateNote> fateNotes(const TaskFate &Fate, const clang::Expr *Made);

} // namespace asynctidy
