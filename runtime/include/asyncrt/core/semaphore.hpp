// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_semaphore: at most so many at a time.
#pragma once

#include <asyncrt/core/wait.hpp>

#include <cstddef>
#include <utility>

namespace asyncrt {

/// Permits that coroutines of one loop take and give back. Fair: release() hands the permit to the one who has waited
/// longest, and nobody overtakes. Loop thread only. Traps when it is destroyed while somebody waits.
class async_semaphore {
public:
  explicit async_semaphore(std::size_t permits) noexcept : permits_(permits) {}

  /// Owns one permit, and gives it back when destroyed. Move-only.
  class [[nodiscard]] permit {
  public:
    permit() noexcept = default;
    permit(permit &&other) noexcept : from_(std::exchange(other.from_, nullptr)) {}
    permit &operator=(permit &&other) noexcept {
      release();
      from_ = std::exchange(other.from_, nullptr);
      return *this;
    }
    ~permit() { release(); }
    /// Gives the permit back early; nothing to do a second time.
    void release() noexcept {
      if (from_)
        std::exchange(from_, nullptr)->release();
    }
    /// Keeps the permit taken: somebody else will release() it.
    void forget() noexcept { from_ = nullptr; }
    explicit operator bool() const noexcept { return from_ != nullptr; }

  private:
    friend async_semaphore;
    explicit permit(async_semaphore &from) noexcept : from_(&from) {}
    async_semaphore *from_ = nullptr;
  };

  /// Takes a permit, waiting for one if need be: `auto permit = co_await s.acquire();`. Stoppable: a stopped wait has
  /// taken nothing.
  auto acquire() noexcept { return awaiter(*this); }
  /// A permit if there is one; otherwise one that is empty.
  permit try_acquire() noexcept { return take() ? permit(*this) : permit(); }

  /// Adds permits, or gives back those that were forgotten.
  void release(std::size_t count = 1) noexcept {
    for (; count && !waiting_.empty(); --count)
      waiting_.complete_one();
    permits_ += count;
  }

  /// Permits that are free.
  std::size_t available() const noexcept { return permits_; }
  /// Coroutines that wait for one.
  std::size_t waiting() const noexcept { return waiting_.size(); }

private:
  bool take() noexcept {
    if (permits_ == 0)
      return false;
    --permits_;
    return true;
  }

  class [[nodiscard]] awaiter : public waiter {
  public:
    explicit awaiter(async_semaphore &s) noexcept : semaphore_(s) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      if (semaphore_.take())
        return p.completed_inline();
      suspend(p, semaphore_.waiting_);
      return true;
    }
    permit await_resume() const {
      throw_if_stopped();
      return permit(semaphore_);
    }

  private:
    async_semaphore &semaphore_;
  };

  wait_list waiting_;
  std::size_t permits_;
};

} // namespace asyncrt
