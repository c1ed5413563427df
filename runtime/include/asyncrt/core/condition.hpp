// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_condition: waiting, with a mutex given up meanwhile, until somebody says that something has changed.
#pragma once

#include <asyncrt/core/mutex.hpp>
#include <asyncrt/core/scheduler.hpp>
#include <asyncrt/core/task.hpp>
#include <asyncrt/core/unstoppable.hpp>

#include <concepts>

namespace asyncrt {

/// A condition variable for coroutines of one loop. Waiters are woken in the order in which they came, each by exactly
/// one notify; there are no wake-ups without one. Loop thread only. Traps when it is destroyed while somebody waits.
class async_condition {
public:
  /// Unlocks \p lock, which must own a mutex (trap otherwise), waits for a notify, and locks it again. Stoppable: the
  /// mutex is locked again before operation_stopped is thrown. A notify that came first is not lost: then the wait ends
  /// normally.
  task<> wait(async_mutex::guard &lock) {
    async_mutex *mutex = lock.mutex();
    if (!mutex) [[unlikely]]
      trap("async_condition::wait() needs a guard that owns a mutex");
    const bool stopped = co_await unlocked_wait(*this, lock);
    if (!lock)
      lock = co_await unstoppable(mutex->lock_guard());
    if (stopped)
      throw_stopped(scheduler::current()->current_env());
  }
  /// Waits until \p condition() holds, which is asked with the mutex locked.
  template <std::predicate Condition> task<> wait(async_mutex::guard &lock, Condition condition) {
    while (!condition())
      co_await wait(lock);
  }

  void notify_one() noexcept {
    if (!waiting_.empty())
      waiting_.complete_one();
  }
  void notify_all() noexcept { waiting_.complete_all(); }

private:
  /// Unlocks once nothing can come between that and the wait. Gives whether the wait was stopped.
  class [[nodiscard]] unlocked_wait : public waiter {
  public:
    unlocked_wait(async_condition &c, async_mutex::guard &lock) noexcept : condition_(c), lock_(lock) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      suspend(p, condition_.waiting_);
      lock_.unlock();
      return true;
    }
    bool await_resume() const noexcept { return was_stopped(); }

  private:
    async_condition &condition_;
    async_mutex::guard &lock_;
  };

  wait_list waiting_;
};

} // namespace asyncrt
