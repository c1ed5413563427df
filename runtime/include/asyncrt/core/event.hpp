// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_event: a flag that coroutines wait for.
#pragma once

#include <asyncrt/core/wait.hpp>

namespace asyncrt {

/// Set by hand and reset by hand; set() wakes everybody who waits, in the order in which they came, each in a step of
/// its own. Who was woken goes on even if reset() is called before it runs. Loop thread only; from other threads, post
/// the call. Traps when it is destroyed while somebody waits.
class async_event {
public:
  explicit async_event(bool set = false) noexcept : set_(set) {}

  void set() noexcept {
    set_ = true;
    waiting_.complete_all();
  }
  void reset() noexcept { set_ = false; }
  bool is_set() const noexcept { return set_; }

  /// Waits until the event is set; goes on at once if it is. Stoppable.
  auto wait() noexcept { return awaiter(*this); }

private:
  class [[nodiscard]] awaiter : public waiter {
  public:
    explicit awaiter(async_event &e) noexcept : event_(e) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      if (event_.set_)
        return p.completed_inline();
      suspend(p, event_.waiting_);
      return true;
    }
    void await_resume() const { throw_if_stopped(); }

  private:
    async_event &event_;
  };

  wait_list waiting_;
  bool set_;
};

} // namespace asyncrt
