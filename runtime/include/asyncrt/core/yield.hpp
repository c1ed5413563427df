// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Letting others run, and offering to stop: yield() and stop_if_requested().
#pragma once

#include <asyncrt/core/wait.hpp>

namespace asyncrt {

namespace detail {

class [[nodiscard]] yield_awaiter {
public:
  static constexpr bool await_ready() noexcept { return false; }
  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    promise_ = &promise_of(h);
    if (promise_->env().stop_requested())
      return false;
    promise_->loop().push_yielded(*promise_);
    return true;
  }
  void await_resume() const {
    if (promise_->env().stop_requested()) [[unlikely]]
      throw_stopped(promise_->env());
  }

private:
  promise_base *promise_ = nullptr;
};

class [[nodiscard]] stop_check {
public:
  static constexpr bool await_ready() noexcept { return false; }
  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    env_ = &promise_of(h).env();
    return false;
  }
  void await_resume() const {
    if (env_->stop_requested()) [[unlikely]]
      throw_stopped(*env_);
  }

private:
  environment *env_ = nullptr;
};

} // namespace detail

/// Goes to the end of the ready list: everything that is ready now runs first, and I/O and timers get their turn.
/// Throws operation_stopped when stop was requested, before or meanwhile. For long computations on the loop.
inline detail::yield_awaiter yield() noexcept { return {}; }

/// Throws operation_stopped when stop was requested; otherwise goes on at once, without a hop.
inline detail::stop_check stop_if_requested() noexcept { return {}; }

} // namespace asyncrt
