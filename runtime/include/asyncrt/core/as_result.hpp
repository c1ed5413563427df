// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// as_result() and stopped_as_optional(): how something ended, without an exception.
#pragma once

#include <asyncrt/core/awaitable.hpp>
#include <asyncrt/core/scheduler.hpp>

#include <optional>

namespace asyncrt {

namespace detail {

/// Awaits a task and gives its result as it is.
template <class T> class [[nodiscard]] result_awaiter {
public:
  explicit result_awaiter(task<T> t) noexcept : task_(std::move(t)) {}
  result_awaiter(result_awaiter &&other) noexcept : task_(std::move(other.task_)) {}
  ~result_awaiter() {
    if (child_)
      child_.destroy();
  }

  static constexpr bool await_ready() noexcept { return false; }
  template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
    child_ = task_.release();
    parent_ = &promise_of(h);
    child_.promise().start_for(*parent_, h, result_);
    return child_;
  }
  result<T> await_resume() noexcept(std::is_nothrow_move_constructible_v<result<T>>) {
    child_ = nullptr;
    if (result_.stopped()) [[unlikely]]
      stop_shown(*parent_);
    return std::move(result_);
  }

protected:
  task<T> task_;
  std::coroutine_handle<task_promise<T>> child_;
  promise_base *parent_ = nullptr;
  result<T> result_;
};

template <class T> class [[nodiscard]] optional_awaiter : result_awaiter<T> {
public:
  using result_awaiter<T>::result_awaiter;
  using result_awaiter<T>::await_ready;
  using result_awaiter<T>::await_suspend;
  std::optional<unit_if_void<T>> await_resume() {
    result<T> r = result_awaiter<T>::await_resume();
    if (r.stopped())
      return std::nullopt;
    if constexpr (std::is_void_v<T>) {
      r.rethrow();
      return unit{};
    } else {
      return std::move(r).value();
    }
  }
};

} // namespace detail

/// Awaits \p a and gives how it ended: never throws what it threw, not even operation_stopped. The place for code that
/// must await after a failure, since co_await cannot stand in a handler. A stop that it shows is not dealt with: the
/// next stoppable await throws it again.
template <awaitable A> auto as_result(A &&a) {
  return detail::result_awaiter<detail::task_value_t<A>>(detail::as_task(std::forward<A>(a)));
}

/// Awaits \p a; nothing when it was stopped. Errors are thrown. For void, a unit or nothing. (C++26: the name)
template <awaitable A> auto stopped_as_optional(A &&a) {
  return detail::optional_awaiter<detail::task_value_t<A>>(detail::as_task(std::forward<A>(a)));
}

} // namespace asyncrt
