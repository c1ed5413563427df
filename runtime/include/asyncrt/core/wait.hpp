// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the leaf awaits of the primitives are made of: a waiter, and a list of waiters.
///
/// How a primitive waits. Its awaitable derives from waiter; await_ready() is false and await_suspend() decides:
///
///     template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
///       promise_base &p = detail::promise_of(h);
///       if (stop_now(p))             // Stop was requested before: nothing is taken, await_resume() throws.
///         return false;
///       if (take_without_waiting())  // Go on at once, unless this step did so often enough.
///         return p.completed_inline();
///       suspend(p, list_);           // In the list, and registered for stop.
///       return true;
///     }
///     value await_resume() { throw_if_stopped(); ... }
///
/// Who completes the operation stores the value in the waiter and calls complete(). From then on the value wins: a stop
/// that is requested before the coroutine runs again does not reach this await.
#pragma once

#include <asyncrt/core/ring.hpp>
#include <asyncrt/core/scheduler.hpp>

namespace asyncrt {

class wait_list;

/// A suspended await. Not thread-safe; movable until it is awaited; leaves its list when it is destroyed.
///
/// `stopped_` is set at most once per await.
class waiter : protected stop_hook, detail::ring_link<wait_list> {
public:
  waiter() noexcept : waiter(stop_waiting) {}
  waiter(waiter &&other) noexcept : stop_hook(std::move(other)) {}
  waiter &operator=(waiter &&) = delete;
  ~waiter() { leave(); }

  static constexpr bool await_ready() noexcept { return false; }

  /// Ends the wait with what the caller has stored: the coroutine goes to the end of its loop's ready list.
  void complete() noexcept {
    leave();
    unregister();
    promise_->loop().push_ready(*promise_);
  }

  /// Null until the await has begun.
  promise_base *promise() const noexcept { return promise_; }

protected:
  /// \p on_stop is called when stop is requested; it must lead to complete(), now or later.
  explicit waiter(stop_hook::function on_stop) noexcept : stop_hook(on_stop) {}

  /// Begins the await. True when stop was requested before: then the await must not take anything.
  bool stop_now(promise_base &p) noexcept {
    promise_ = &p;
    stopped_ = p.env().stop_requested();
    return stopped_;
  }

  /// Waits in \p list.
  void suspend(promise_base &p, wait_list &list) noexcept;
  /// Waits for complete() without a list.
  void suspend(promise_base &p) noexcept {
    promise_ = &p;
    if (inplace_stop_source *source = p.env().stop)
      source->add(*this);
  }
  /// Waits in \p list and is deaf to stop.
  void suspend_unstoppable(promise_base &p, wait_list &list) noexcept;

  void throw_if_stopped() const {
    if (stopped_) [[unlikely]]
      throw_stopped(promise_->env());
  }
  void set_stopped() noexcept { stopped_ = true; }
  bool was_stopped() const noexcept { return stopped_; }

  static waiter &from_hook(stop_hook &hook) noexcept { return static_cast<waiter &>(hook); }

private:
  friend class wait_list;
  using place = detail::ring_link<wait_list>;

  static void stop_waiting(stop_hook &hook) noexcept {
    waiter &w = from_hook(hook);
    w.stopped_ = true;
    w.complete();
  }
  /// Out of the list, if it is in one.
  void leave() noexcept {
    if (place::linked())
      place::unlink();
  }

  promise_base *promise_ = nullptr;
  bool stopped_ = false;
};

/// Waiters in the order in which they came. Traps when it is destroyed while somebody waits: whoever waits would wait
/// for ever.
class wait_list {
public:
  wait_list() noexcept { ring_.close(); }
  wait_list(const wait_list &) = delete;
  wait_list &operator=(const wait_list &) = delete;
  ~wait_list() {
    if (!empty()) [[unlikely]]
      trap("something was destroyed while a coroutine waits for it");
  }

  bool empty() const noexcept { return ring_.alone(); }
  waiter &front() noexcept { return static_cast<waiter &>(*ring_.next); }
  void push_back(waiter &w) noexcept { ring_.push_back(w); }

  /// Ends the first one's wait. Not to be called on an empty list.
  void complete_one() noexcept { front().complete(); }
  /// Ends all waits, in order.
  void complete_all() noexcept {
    while (!empty())
      front().complete();
  }
  std::size_t size() const noexcept {
    std::size_t n = 0;
    for (const detail::ring_link<wait_list> *w = ring_.next; w != &ring_; w = w->next)
      ++n;
    return n;
  }

private:
  detail::ring_link<wait_list> ring_;
};

inline void waiter::suspend(promise_base &p, wait_list &list) noexcept {
  suspend(p);
  list.push_back(*this);
}

inline void waiter::suspend_unstoppable(promise_base &p, wait_list &list) noexcept {
  promise_ = &p;
  list.push_back(*this);
}

} // namespace asyncrt
