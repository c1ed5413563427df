// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// manual_clock: time for tests, that passes only when nothing else can happen.
#pragma once

#include <asyncrt/core/time.hpp>
#include <asyncrt/loop/event_loop.hpp>

namespace asyncrt::testing {

/// Begins at zero. A loop on it never waits for a timer: it sets the clock to the next one instead. Not thread-safe.
class manual_clock final : public clock_source {
public:
  time_ns now() noexcept override { return now_; }
  void advance_to(time_ns at) noexcept override {
    if (at > now_)
      now_ = at;
  }
  /// Lets \p d pass at once, timers or not.
  template <class Rep, class Period> void advance(std::chrono::duration<Rep, Period> d) noexcept {
    advance_to(detail::add_ns(now_, detail::to_ns(d)));
  }
  /// Since the clock was made.
  std::chrono::nanoseconds elapsed() const noexcept { return std::chrono::nanoseconds(now_); }

private:
  time_ns now_ = 0;
};

} // namespace asyncrt::testing
