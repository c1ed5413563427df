// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// From <chrono> to the nanoseconds of a loop, without overflow.
#pragma once

#include <asyncrt/core/timer_heap.hpp>

#include <chrono>
#include <limits>

namespace asyncrt {

/// The clock whose time points the runtime speaks. A loop under test may run on another clock; its points in time are
/// of this type all the same.
using loop_clock = std::chrono::steady_clock;

namespace detail {

inline constexpr time_ns never_ns = std::numeric_limits<time_ns>::max();

/// \p d in nanoseconds, rounded up; what does not fit (292 years) is never.
template <class Rep, class Period> time_ns to_ns(std::chrono::duration<Rep, Period> d) noexcept {
  using namespace std::chrono;
  const double seconds = duration<double>(d).count();
  if (!(seconds < 9.2e9))
    return never_ns;
  if (seconds < -9.2e9)
    return -never_ns;
  return ceil<nanoseconds>(d).count();
}

inline time_ns add_ns(time_ns at, time_ns d) noexcept {
  time_ns sum;
  return __builtin_add_overflow(at, d, &sum) ? (d < 0 ? -never_ns : never_ns) : sum;
}

template <class Duration> time_ns to_ns(std::chrono::time_point<loop_clock, Duration> at) noexcept {
  return to_ns(at.time_since_epoch());
}

inline loop_clock::time_point from_ns(time_ns at) noexcept {
  return loop_clock::time_point(std::chrono::duration_cast<loop_clock::duration>(std::chrono::nanoseconds(at)));
}

} // namespace detail
} // namespace asyncrt
