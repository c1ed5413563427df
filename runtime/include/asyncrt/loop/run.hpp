// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// From ordinary code into coroutines: run() and sync_wait().
#pragma once

#include <asyncrt/loop/event_loop.hpp>

#include <optional>

namespace asyncrt {

/// Makes a loop, runs \p main on it to its end, closes the loop (which stops and joins the tasks that \p main left
/// behind), and gives the result of \p main. Blocks the calling thread; traps in a running loop, where co_await is the
/// way. Throws what \p main throws, and operation_stopped if it was stopped.
template <class T> T run(task<T> main, loop_options options = {}) {
  event_loop loop(std::move(options));
  return loop.run_until(std::move(main));
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
