// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_latch: waiting until something has happened so many times.
#pragma once

#include <asyncrt/core/event.hpp>

#include <cstddef>

namespace asyncrt {

/// Counts down to zero once; then everybody who waits goes on, and whoever comes later does not wait. Loop thread only.
class async_latch {
public:
  explicit async_latch(std::size_t count) noexcept : count_(count), done_(count == 0) {}

  /// Traps when that is more than is left.
  void count_down(std::size_t by = 1) noexcept {
    if (by > count_) [[unlikely]]
      trap("an async_latch was counted down below zero");
    count_ -= by;
    if (count_ == 0)
      done_.set();
  }
  bool ready() const noexcept { return count_ == 0; }
  std::size_t count() const noexcept { return count_; }

  /// Waits until the count is zero. Stoppable.
  auto wait() noexcept { return done_.wait(); }
  /// Counts down by one, and waits until the count is zero. Stoppable; the count stays down.
  auto arrive_and_wait() noexcept {
    count_down();
    return done_.wait();
  }

private:
  std::size_t count_;
  async_event done_;
};

} // namespace asyncrt
