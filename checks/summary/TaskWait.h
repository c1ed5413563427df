// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which calls wait on their thread for a task, or run an event loop there.
#pragma once

#include "summary/CallSite.h"

namespace asynctidy {

/// A call that does not return before a task is done, or before an event loop has run.
struct TaskWait {
  /// The awaitable, or the operation that gives a std::future; null where a loop runs, and where it cannot be told.
  const clang::Expr *Awaited;
  bool RunsLoop;        ///< It runs the loop, whatever that is to do.
  std::string Inferred; ///< What was inferred and from what; empty if known.
  std::string Advice;
};

/// What \p Site waits for, from knowledge or, for a library nobody described, from the field's standard terms together
/// with a matching shape: a function that takes an awaitable and gives something else, a member of an event loop that
/// runs it. A std::future is waited for only if an operation was told to give it (use_future): others are threads'.
std::optional<TaskWait> taskWait(const CallSite &Site, const Body &In, TranslationUnit &Unit);

/// The argument of \p Operation that makes it give a std::future; null if there is none.
const clang::Expr *futureToken(const CallSite &Operation, const Knowledge &Facts);

} // namespace asynctidy
