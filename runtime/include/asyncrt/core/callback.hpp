// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A function as a coroutine, so that the ready list holds one kind of thing.
#pragma once

#include <asyncrt/core/scheduler.hpp>

namespace asyncrt::detail {

/// A coroutine that nobody awaits and that frees itself. It runs in the loop's own environment: being stopped ends it
/// quietly, an exception is thrown by run().
struct callback {
  struct promise_type : promise_base {
    promise_type(std::source_location where = std::source_location::current()) noexcept : promise_base(where) {}
    callback get_return_object() noexcept { return {this}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept {
      if (std::exception_ptr error = std::current_exception(); !is_stopped(error))
        loop().fail(std::move(error));
    }
    void bind(scheduler &loop) noexcept { env_ = &loop.root_env(); }
  };
  promise_type *promise;
};

template <class F> callback as_callback(F f) {
  f();
  co_return;
}

/// The same, made on another thread than it runs on.
template <class F> callback as_foreign_callback(F f) {
  frame_pool::moved_in();
  f();
  co_return;
}

/// Calls \p f in a step of its own.
template <class F> void post(scheduler &loop, F &&f) {
  const callback c = as_callback(std::forward<F>(f));
  c.promise->bind(loop);
  loop.push_ready(*c.promise);
}

} // namespace asyncrt::detail
