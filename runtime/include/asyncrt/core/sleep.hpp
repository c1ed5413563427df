// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Waiting for time to pass: sleep_for(), sleep_until(), and interval for what happens regularly.
#pragma once

#include <asyncrt/core/time.hpp>
#include <asyncrt/core/wait.hpp>

namespace asyncrt {

namespace detail {

/// Whether `at_` is a point in time or a duration from the start of the await.
enum class timing : bool { until, for_ };

/// Until the await begins, the deadline of the timer is what was asked for: a point in time, or a duration.
/// The timer lies in the awaiting coroutine's frame: a sleeping coroutine costs no allocation.
class [[nodiscard]] sleep_awaiter : timer_node, stop_hook {
public:
  sleep_awaiter(timing kind, time_ns at) noexcept : timer_node(expired, at), stop_hook(stop), kind_(kind) {}
  sleep_awaiter(sleep_awaiter &&) = default;
  ~sleep_awaiter() {
    if (armed())
      promise_->loop().timers().remove(*this);
  }

  static constexpr bool await_ready() noexcept { return false; }
  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    promise_ = &promise_of(h);
    stopped_ = promise_->env().stop_requested();
    return !stopped_ && begin();
  }
  void await_resume() const {
    if (stopped_) [[unlikely]]
      throw_stopped(promise_->env());
  }

private:
  bool begin() noexcept {
    scheduler &loop = promise_->loop();
    const time_ns at = kind_ == timing::until ? deadline() : add_ns(loop.now(), deadline());
    if (inplace_stop_source *source = promise_->env().stop)
      source->add(*this);
    loop.timers().add(*this, at);
    return true;
  }
  static void expired(timer_node &t) noexcept {
    auto &self = static_cast<sleep_awaiter &>(t);
    self.unregister();
    self.promise_->loop().push_ready(*self.promise_);
  }
  static void stop(stop_hook &hook) noexcept {
    auto &self = static_cast<sleep_awaiter &>(hook);
    self.stopped_ = true;
    scheduler &loop = self.promise_->loop();
    loop.timers().remove(self);
    loop.push_ready(*self.promise_);
  }

  promise_base *promise_ = nullptr;
  timing kind_;
  bool stopped_ = false;
};

} // namespace detail

/// Suspends for at least \p d, measured from loop.now() (see there). Always hops, even for zero or less, for which it
/// ends with the next timers. Stoppable.
template <class Rep, class Period> detail::sleep_awaiter sleep_for(std::chrono::duration<Rep, Period> d) noexcept {
  return {detail::timing::for_, detail::to_ns(d)};
}

/// Suspends until the loop's clock shows \p at or more. Always hops. Stoppable.
template <class Duration> detail::sleep_awaiter sleep_until(std::chrono::time_point<loop_clock, Duration> at) noexcept {
  return {detail::timing::until, detail::to_ns(at)};
}

/// A regular beat without drift: `interval every(1s); for (;;) { co_await every.tick(); ... }`.
///
/// The first tick is one period after the first call; each further one a period after the one before, however long the
/// work between them took. Beats that have passed meanwhile are skipped and counted. Not thread-safe.
class interval {
public:
  /// \p period must be more than zero; traps otherwise.
  template <class Rep, class Period>
  explicit interval(std::chrono::duration<Rep, Period> period) : period_(detail::to_ns(period)) {
    if (period_ <= 0)
      trap("the period of an interval must be more than zero");
  }

  class [[nodiscard]] tick_awaiter : public detail::sleep_awaiter {
  public:
    explicit tick_awaiter(interval &every, time_ns next) noexcept
        : sleep_awaiter(detail::timing::until, next), every_(every), next_(next) {}
    /// How many beats were missed before this one.
    std::uint64_t await_resume() {
      sleep_awaiter::await_resume();
      every_.last_ = next_;
      return std::exchange(every_.missed_, 0);
    }

  private:
    interval &every_;
    time_ns next_;
  };

  /// Waits for the next beat and gives the number of beats that were missed. Only inside of a running loop. Stoppable.
  tick_awaiter tick() noexcept {
    const time_ns now = scheduler::current()->now();
    if (!begun_) {
      begun_ = true;
      last_ = now;
    }
    time_ns next = detail::add_ns(last_, period_);
    if (next < now) {
      missed_ = static_cast<std::uint64_t>((now - next) / period_ + ((now - next) % period_ != 0));
      next += static_cast<time_ns>(missed_) * period_;
    }
    return tick_awaiter(*this, next);
  }

private:
  time_ns period_;
  time_ns last_ = 0;
  std::uint64_t missed_ = 0;
  bool begun_ = false;
};

} // namespace asyncrt
