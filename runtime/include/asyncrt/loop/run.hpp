// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// From ordinary code into coroutines: run() and sync_wait().
#pragma once

#include <asyncrt/io/signal_set.hpp>
#include <asyncrt/loop/event_loop.hpp>

#include <optional>

namespace asyncrt {

/// Makes a loop, runs \p main on it to its end, closes the loop (which stops and joins the tasks that \p main left
/// behind), and gives the result of \p main. Blocks the calling thread; traps in a running loop, where co_await is the
/// way. Throws what \p main throws, and operation_stopped if it was stopped, by one of the signals in options.stop_on
/// for example.
template <class T> T run(task<T> main, loop_options options = {}) {
  if (options.stop_on.empty()) {
    event_loop loop(std::move(options));
    return loop.run_until(std::move(main));
  }
  signal_set signals(options.stop_on);
  event_loop loop(std::move(options));
  const auto stoppable = [](task<T> main, signal_set &signals) -> task<T> {
    co_return co_await stop_on_signals(std::move(main), signals);
  };
  // Whoever looks at the loop is to find the caller's coroutine, and not this one around it.
  const auto coroutine = main.release();
  const char *name = coroutine.promise().where().function_name();
  return loop.run_until(stoppable(task<T>(coroutine), signals), name);
}

/// The same, without an exception when \p main is stopped: the optional is empty then. For task<void>, a unit or
/// nothing.
template <class T> std::optional<unit_if_void<T>> sync_wait(task<T> main, loop_options options = {}) {
  try {
    if constexpr (std::is_void_v<T>) {
      run(std::move(main), std::move(options));
      return unit{};
    } else {
      return run(std::move(main), std::move(options));
    }
  } catch (const operation_stopped &) {
    return std::nullopt;
  }
}

} // namespace asyncrt
