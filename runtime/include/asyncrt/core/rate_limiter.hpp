// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// rate_limiter: so many per time, with bursts: a token bucket.
#pragma once

#include <asyncrt/core/mutex.hpp>
#include <asyncrt/core/sleep.hpp>
#include <asyncrt/core/task.hpp>

#include <algorithm>
#include <chrono>

namespace asyncrt {

/// Lets `burst` tokens through at once and then one per period, to coroutines in the order in which they came.
///
/// Kept as one point in time, the one at which the bucket would be full again, and no timer that refills it (generic
/// cell rate algorithm, ITU-T I.371). A stopped wait takes nothing. Loop thread only.
class rate_limiter {
public:
  /// \p count tokens in each \p per, of which \p burst (at least one, by default \p count) may come together.
  template <class Rep, class Period>
  rate_limiter(unsigned count, std::chrono::duration<Rep, Period> per, unsigned burst = 0)
      : period_(count ? detail::to_ns(per) / count : 0), burst_(burst ? burst : count) {
    if (period_ <= 0)
      trap("a rate_limiter needs a rate of at least one token, and a time of at least a nanosecond for each");
  }

  /// Takes \p tokens, waiting until there are so many. Stoppable. Traps when that is more than the burst: there would
  /// never be so many.
  task<> acquire(unsigned tokens = 1) {
    check(tokens);
    auto turn = co_await first_.lock_guard();
    if (const time_ns at = full_ + (time_ns{tokens} - time_ns{burst_}) * period_; at > now())
      co_await sleep_until(detail::from_ns(at));
    take(tokens);
  }

  /// Takes \p tokens if there are so many and nobody waits.
  bool try_acquire(unsigned tokens = 1) noexcept {
    check(tokens);
    if (first_.locked() || full_ + (time_ns{tokens} - time_ns{burst_}) * period_ > now())
      return false;
    take(tokens);
    return true;
  }

private:
  static time_ns now() noexcept { return scheduler::current()->now(); }
  void take(unsigned tokens) noexcept { full_ = std::max(full_, now()) + time_ns{tokens} * period_; }
  void check(unsigned tokens) const noexcept {
    if (tokens > burst_) [[unlikely]]
      trap("more tokens were asked of a rate_limiter than it ever has at once");
  }

  async_mutex first_; ///< Held by the coroutine that waits for tokens; the others wait for it.
  time_ns period_;
  unsigned burst_;
  time_ns full_ = std::numeric_limits<time_ns>::min() / 2;
};

} // namespace asyncrt
