// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_mutex: one coroutine at a time, across awaits.
#pragma once

#include <asyncrt/core/wait.hpp>

#include <utility>

namespace asyncrt {

/// Mutual exclusion for coroutines of one loop: protects what is read before an await and written after it. Code that
/// does not await needs no mutex. Fair: unlock() hands the mutex to the one who has waited longest. Loop thread only.
/// Traps when it is destroyed while somebody waits, or unlocked when it is not locked.
class async_mutex {
public:
  async_mutex() noexcept = default;

  /// Owns a locked mutex, and unlocks it when destroyed. Move-only.
  class [[nodiscard]] guard {
  public:
    guard() noexcept = default;
    guard(guard &&other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    guard &operator=(guard &&other) noexcept {
      unlock();
      mutex_ = std::exchange(other.mutex_, nullptr);
      return *this;
    }
    ~guard() { unlock(); }
    /// Unlocks early; nothing to do a second time.
    void unlock() noexcept {
      if (mutex_)
        std::exchange(mutex_, nullptr)->unlock();
    }
    explicit operator bool() const noexcept { return mutex_ != nullptr; }
    async_mutex *mutex() const noexcept { return mutex_; }

  private:
    friend async_mutex;
    explicit guard(async_mutex &locked) noexcept : mutex_(&locked) {}
    async_mutex *mutex_ = nullptr;
  };

  /// Locks; the caller must unlock(). Prefer lock_guard(). Stoppable: a stopped wait has not locked.
  auto lock() noexcept { return lock_awaiter(*this); }
  /// Locks, and gives a guard that unlocks: `auto lock = co_await m.lock_guard();`. Stoppable.
  auto lock_guard() noexcept { return guard_awaiter(*this); }
  /// Locks if that needs no waiting.
  bool try_lock() noexcept { return !std::exchange(locked_, true); }

  /// Hands over to the first waiter, which is resumed by the loop, or else unlocks.
  void unlock() noexcept {
    if (!locked_) [[unlikely]]
      trap("an async_mutex was unlocked that was not locked");
    if (waiting_.empty())
      locked_ = false;
    else
      waiting_.complete_one();
  }

  bool locked() const noexcept { return locked_; }

private:
  friend class async_condition;

  class [[nodiscard]] lock_awaiter : public waiter {
  public:
    explicit lock_awaiter(async_mutex &m) noexcept : mutex_(m) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      if (mutex_.try_lock())
        return p.completed_inline();
      suspend(p, mutex_.waiting_);
      return true;
    }
    void await_resume() const { throw_if_stopped(); }

  protected:
    async_mutex &mutex_;
  };

  class [[nodiscard]] guard_awaiter : public lock_awaiter {
  public:
    using lock_awaiter::lock_awaiter;
    guard await_resume() const {
      lock_awaiter::await_resume();
      return guard(mutex_);
    }
  };

  wait_list waiting_;
  bool locked_ = false;
};

} // namespace asyncrt
