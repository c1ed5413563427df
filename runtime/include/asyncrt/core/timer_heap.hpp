// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Timers: an intrusive pairing heap, ties in the order of adding.
///
/// Pairing heap (Fredman, Sedgewick, Sleator, Tarjan, 1986) with the two-pass merge. It was chosen over an array heap
/// because a timer that is cancelled before it is due, which most are (time-outs), costs O(1) to add and to remove
/// and nothing allocates; removing the earliest is O(log n) amortised.
#pragma once

#include <cstdint>
#include <utility>

namespace asyncrt {

/// A point in time of the loop's clock, in nanoseconds; an integer here so that core need not parse <chrono>.
using time_ns = std::int64_t;

/// A timer, part of whatever waits for it. `prev_` is null: not in a heap; itself: the root; otherwise the sibling
/// before it, or its parent if it is a first child.
class timer_node {
public:
  /// Called by the loop when the time has come, with the node already taken out. Must not throw nor resume.
  using function = void (*)(timer_node &) noexcept;

  explicit timer_node(function on_expiry, time_ns deadline = 0) noexcept : deadline_(deadline), on_expiry_(on_expiry) {}
  /// Awaits are movable until they are awaited: the new node is in no heap. \p other must not be in one.
  timer_node(timer_node &&other) noexcept : deadline_(other.deadline_), on_expiry_(other.on_expiry_) {}
  timer_node &operator=(timer_node &&) = delete;

  bool armed() const noexcept { return prev_ != nullptr; }
  time_ns deadline() const noexcept { return deadline_; }

private:
  friend class timer_heap;
  time_ns deadline_;
  std::uint64_t order_ = 0;
  timer_node *child_ = nullptr;
  timer_node *next_ = nullptr;
  timer_node *prev_ = nullptr;
  function on_expiry_;
};

/// All timers of one loop. Not thread-safe.
class timer_heap {
public:
  bool empty() const noexcept { return !root_; }
  /// Not to be called on an empty heap.
  time_ns earliest() const noexcept { return root_->deadline_; }

  /// Adds \p t, which must not be in a heap.
  void add(timer_node &t, time_ns deadline) noexcept {
    t.deadline_ = deadline;
    t.order_ = ++order_;
    t.child_ = t.next_ = nullptr;
    set_root(root_ ? meld(root_, &t) : &t);
  }

  /// Takes out \p t, which must be in this heap.
  void remove(timer_node &t) noexcept {
    timer_node *below = merge_pairs(std::exchange(t.child_, nullptr));
    if (&t == root_) {
      set_root(below);
    } else {
      (t.prev_->child_ == &t ? t.prev_->child_ : t.prev_->next_) = t.next_;
      if (t.next_)
        t.next_->prev_ = t.prev_;
      t.next_ = nullptr;
      if (below)
        set_root(meld(root_, below));
    }
    t.prev_ = nullptr;
  }

  /// Takes out every timer that is due at \p now and calls it, earliest first, ties in the order of adding.
  /// Those which they add meanwhile wait for the next call even if due.
  void expire(time_ns now) noexcept {
    const std::uint64_t last = order_;
    while (root_ && root_->deadline_ <= now && root_->order_ <= last) {
      timer_node &t = *root_;
      remove(t);
      t.on_expiry_(t);
    }
  }

private:
  static bool before(const timer_node *a, const timer_node *b) noexcept {
    return a->deadline_ != b->deadline_ ? a->deadline_ < b->deadline_ : a->order_ < b->order_;
  }

  /// The earlier one, with the other as its first child. Both are roots.
  static timer_node *meld(timer_node *a, timer_node *b) noexcept {
    if (before(b, a))
      std::swap(a, b);
    b->next_ = a->child_;
    if (b->next_)
      b->next_->prev_ = b;
    b->prev_ = a;
    a->child_ = b;
    return a;
  }

  /// Left to right in pairs, then right to left into one.
  static timer_node *merge_pairs(timer_node *first) noexcept {
    timer_node *pairs = nullptr;
    while (first) {
      timer_node *a = first;
      timer_node *b = a->next_;
      first = b ? b->next_ : nullptr;
      a->next_ = nullptr;
      if (b) {
        b->next_ = nullptr;
        a = meld(a, b);
      }
      a->next_ = pairs;
      pairs = a;
    }
    timer_node *all = nullptr;
    while (pairs) {
      timer_node *next = std::exchange(pairs->next_, nullptr);
      all = all ? meld(all, pairs) : pairs;
      pairs = next;
    }
    return all;
  }

  void set_root(timer_node *t) noexcept {
    root_ = t;
    if (t)
      t->prev_ = t;
  }

  timer_node *root_ = nullptr;
  std::uint64_t order_ = 0;
};

} // namespace asyncrt
