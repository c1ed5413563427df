// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What becomes of the task that an expression makes: who runs it, how long, and what dies before it has ended.
#pragma once

#include "coroutine/Flow.h"
#include "coroutine/VariableUse.h"
#include "summary/CallSite.h"

namespace asynctidy {

/// Where a task goes that an expression of a body makes.
struct TaskFate {
  enum class Kind {
    Unknown,    ///< Whoever takes it may do anything with it.
    Awaited,    ///< It has ended when control has passed Where: a co_await, or a call that waits for it.
    Returned,   ///< The caller gets it before it has ended: Where is the return or co_return.
    Background, ///< Somebody runs it, and it may go on when the full expression around Where has ended.
    Stored,     ///< Put at Where into something that is no local variable, for somebody to run it later.
    Dropped,    ///< A task that has not begun and that nobody gets: it never runs.
  };
  Kind What = Kind::Unknown;
  /// The co_await, call, return or assignment by which it goes there; for Background the call that spawns it, or the
  /// task itself if that runs without anybody's doing.
  const clang::Stmt *Where = nullptr;
  /// The local variable that has it between the full expression that makes it and Where; null if none does.
  const clang::VarDecl *Holder = nullptr;
  /// For Background: that Where spawns was read from a standard term (spawn, start, ...), not from knowledge.
  bool Inferred = false;
  /// For Background: the local variable into which it is spawned (a scope, a loop); null if there is none.
  const clang::VarDecl *Into = nullptr;
};

/// Whether something dies while a task still needs it.
enum class Outlives { No, Yes, Unknown };

/// The fates of the tasks of one body. Answers are conservative: what cannot be told is Unknown, and work that
/// something in the body may wait for counts as waited for.
class TaskFates {
public:
  TaskFates(const Body &In, TranslationUnit &Unit);
  ~TaskFates();

  /// What becomes of the value of \p E, a task or what holds one: seen through parentheses, casts, std::move, commas,
  /// conditional operators, local variables and containers, and functions that make an awaitable of awaitables
  /// (when_all, with_timeout).
  TaskFate of(const clang::Expr &E);
  /// What becomes of the task that \p Variable, a local variable or parameter, has.
  TaskFate of(const clang::VarDecl &Variable);

  /// Whether the task may run when the temporaries of the full expression that makes it are gone.
  static Outlives outlivesExpression(const TaskFate &Fate);
  /// Whether the task may run when \p Local, a local variable or parameter of the body, is gone. A reference has no
  /// life of its own: Unknown.
  Outlives outlives(const TaskFate &Fate, const clang::VarDecl &Local);
  /// Whether the task may run when the body has returned to its caller.
  Outlives outlivesBody(const TaskFate &Fate);

private:
  struct State;
  std::unique_ptr<State> S;
};

/// The statement whose end is the end of the life of \p Local in \p In; the whole body for parameters. Null for static
/// variables and for those of other bodies.
const clang::Stmt *scopeOf(const clang::VarDecl &Local, const Body &In);

} // namespace asynctidy
