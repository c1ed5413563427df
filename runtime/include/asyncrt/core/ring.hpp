// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Intrusive rings: what lists of waiters and of stop callbacks are made of.
#pragma once

namespace asyncrt::detail {

/// A place in a ring, or, as the one element that is always there, the ring. \p Tag tells the rings apart that one
/// object can be in. `next` is null when it is in none.
template <class Tag> struct ring_link {
  ring_link *next = nullptr;
  ring_link *prev = nullptr;

  bool linked() const noexcept { return next != nullptr; }
  /// Makes this a ring of its own.
  void close() noexcept { next = prev = this; }
  /// Whether a ring has no element but this.
  bool alone() const noexcept { return next == this; }
  /// Puts \p last at the end of the ring of which this is the fixed element; for any other one, right before it.
  void push_back(ring_link &last) noexcept {
    last.prev = prev;
    last.next = this;
    prev->next = &last;
    prev = &last;
  }
  /// Takes this out of the ring in which it is.
  void unlink() noexcept {
    prev->next = next;
    next->prev = prev;
    next = nullptr;
  }
};

} // namespace asyncrt::detail
