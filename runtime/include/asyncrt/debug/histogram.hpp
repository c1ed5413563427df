// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// histogram: how often times were how long.
#pragma once

#include <asyncrt/core/timer_heap.hpp>

#include <cstddef>

namespace asyncrt::debug {

/// Counts of times by size, from 10 us to 10 s, three bounds for each power of ten. Not thread-safe.
class histogram {
public:
  static constexpr time_ns bounds[] = {10'000,        20'000,        50'000,        100'000,       200'000,
                                       500'000,       1'000'000,     2'000'000,     5'000'000,     10'000'000,
                                       20'000'000,    50'000'000,    100'000'000,   200'000'000,   500'000'000,
                                       1'000'000'000, 2'000'000'000, 5'000'000'000, 10'000'000'000};
  static constexpr std::size_t buckets = sizeof bounds / sizeof *bounds;

  void add(time_ns t) noexcept {
    std::size_t i = 0;
    while (i < buckets && t > bounds[i])
      ++i;
    ++counts_[i];
    ++count_;
    sum_ += t;
    longest_ = t > longest_ ? t : longest_;
  }

  /// Those that are at most bounds[\p bucket] and more than the bound before; more than all bounds for `buckets`.
  std::size_t in(std::size_t bucket) const noexcept { return counts_[bucket]; }
  std::size_t count() const noexcept { return count_; }
  time_ns sum() const noexcept { return sum_; }
  time_ns longest() const noexcept { return longest_; }

private:
  std::size_t counts_[buckets + 1] = {};
  std::size_t count_ = 0;
  time_ns sum_ = 0;
  time_ns longest_ = 0;
};

} // namespace asyncrt::debug
