// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// with_timeout() and timeout_at(): an end to waiting.
#pragma once

#include <asyncrt/core/nested.hpp>
#include <asyncrt/core/sleep.hpp>

namespace asyncrt {

namespace detail {

/// The stop source between the awaiting coroutine and the child is asked by the parent's (the stop_hook) and by the
/// timer. `timed_out_`: the timer was first.
template <class T> class [[nodiscard]] timeout_awaiter : nested<T>, timer_node, stop_hook {
public:
  timeout_awaiter(task<T> t, timing kind, time_ns at) noexcept
      : nested<T>(std::move(t), ended), timer_node(expired), stop_hook(stop), at_(at), kind_(kind) {}
  timeout_awaiter(timeout_awaiter &&other) noexcept
      : nested<T>(std::move(other)), timer_node(std::move(other)), stop_hook(std::move(other)), at_(other.at_),
        kind_(other.kind_) {}
  ~timeout_awaiter() {
    if (armed())
      this->parent().loop().timers().remove(*this);
  }

  using nested<T>::await_ready;
  template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
    promise_base &p = promise_of(h);
    scheduler &loop = p.loop();
    loop.timers().add(*this, kind_ == timing::until ? at_ : add_ns(loop.now(), at_));
    if (inplace_stop_source *outer = p.env().stop)
      outer->add_or_call(*this);
    return this->begin(p, &source_);
  }
  T await_resume() {
    if (timed_out_ && this->stopped() && !this->parent().env().stop_requested())
      throw timeout_error();
    return this->value();
  }

private:
  static std::coroutine_handle<> ended(receiver<T> &r) noexcept {
    auto &self = static_cast<timeout_awaiter &>(static_cast<nested<T> &>(r));
    self.unregister();
    if (self.armed())
      self.parent().loop().timers().remove(self);
    return self.end();
  }
  static void expired(timer_node &t) noexcept {
    auto &self = static_cast<timeout_awaiter &>(t);
    self.timed_out_ = self.source_.request_stop();
  }
  static void stop(stop_hook &hook) noexcept { static_cast<timeout_awaiter &>(hook).source_.request_stop(); }

  time_ns at_;
  timing kind_;
  bool timed_out_ = false;
  inplace_stop_source source_;
};

} // namespace detail

/// Awaits \p a for at most \p d: then it is asked to stop, and awaited to its end. Throws timeout_error when it ended
/// by being stopped for that; a value or an error that it ends with all the same is given. Being stopped from outside
/// is passed on. What \p a does until it first suspends is never cut short.
template <awaitable A, class Rep, class Period> auto with_timeout(A &&a, std::chrono::duration<Rep, Period> d) {
  return detail::timeout_awaiter<detail::task_value_t<A>>(detail::as_task(std::forward<A>(a)), detail::timing::for_,
                                                          detail::to_ns(d));
}

/// The same until the loop's clock shows \p at.
template <awaitable A, class Duration> auto timeout_at(A &&a, std::chrono::time_point<loop_clock, Duration> at) {
  return detail::timeout_awaiter<detail::task_value_t<A>>(detail::as_task(std::forward<A>(a)), detail::timing::until,
                                                          detail::to_ns(at));
}

} // namespace asyncrt
