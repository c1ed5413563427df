// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the running coroutine may ask about itself.
#pragma once

#include <asyncrt/core/scheduler.hpp>

namespace asyncrt::this_task {

/// The environment of the running coroutine. Valid until it suspends. Traps outside of a running loop.
inline environment &env() noexcept {
  scheduler *loop = scheduler::current();
  if (!loop) [[unlikely]]
    trap("this_task was asked outside of a running loop");
  return loop->current_env();
}

/// The name of the current task: what spawn() was given, or the signature of its outermost coroutine.
inline const char *name() noexcept { return env().task->name; }

/// For work that is not awaited and asks from time to time, on any thread: a token that is valid as long as the
/// coroutine runs under its present environment, which an adapter such as with_timeout() may have made.
inline inplace_stop_token stop_token() noexcept { return env().stop_token(); }

} // namespace asyncrt::this_task
