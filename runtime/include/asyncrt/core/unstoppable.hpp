// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// unstoppable() and detach_on_cancel(): the two things that asyncio's shield is used for.
#pragma once

#include <asyncrt/core/nested.hpp>
#include <asyncrt/core/task_handle.hpp>

namespace asyncrt {

namespace detail {

template <class T> class [[nodiscard]] unstoppable_awaiter : nested<T> {
public:
  using nested<T>::nested;
  using nested<T>::await_ready;
  template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
    return this->begin(promise_of(h), nullptr);
  }
  T await_resume() { return this->value(); }
};

} // namespace detail

/// Awaits \p a where no stop reaches it: for cleaning up. A stop that is requested meanwhile is delivered by the next
/// stoppable await behind it. (C++26: exec::unstoppable)
template <awaitable A> auto unstoppable(A &&a) {
  return detail::unstoppable_awaiter<detail::task_value_t<A>>(detail::as_task(std::forward<A>(a)));
}

/// Awaits a spawned task, but lets it go on when the awaiting coroutine is asked to stop: only the await ends then,
/// with operation_stopped, at once. The handle stays usable and must outlive the await. (asyncio: await shield(task))
template <class T> auto detach_on_cancel(task_handle<T> &handle) noexcept {
  struct [[nodiscard]] awaiter : detail::join_awaiter<T, false> {
    using detail::join_awaiter<T, false>::join_awaiter;
    std::add_lvalue_reference_t<T> await_resume() {
      this->finish();
      return static_cast<result<T> &>(this->state_).value();
    }
  };
  return awaiter(handle.state());
}

} // namespace asyncrt
