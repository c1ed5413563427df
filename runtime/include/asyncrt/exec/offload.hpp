// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// offload() and run_on(): a function on a thread of a pool, awaited.
#pragma once

#include <asyncrt/core/awaitable.hpp>
#include <asyncrt/core/wait.hpp>
#include <asyncrt/exec/error.hpp>
#include <asyncrt/exec/thread_pool.hpp>
#include <asyncrt/loop/event_loop.hpp>

#include <atomic>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asyncrt {

namespace detail {

/// Calls \p f with \p token before its arguments if it takes one (as std::jthread does), and without otherwise.
template <class F, class... Args>
decltype(auto) call_with_token([[maybe_unused]] inplace_stop_token token, F &&f, Args &&...args) {
  if constexpr (std::is_invocable_v<F, inplace_stop_token, Args...>)
    return std::invoke(std::forward<F>(f), token, std::forward<Args>(args)...);
  else
    return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
}

template <class F, class... Args>
concept callable_off_loop = std::is_invocable_v<F, inplace_stop_token, Args...> || std::is_invocable_v<F, Args...>;

template <class F, class... Args>
using call_off_loop_t = decltype(call_with_token(inplace_stop_token(), std::declval<F>(), std::declval<Args>()...));

/// Base of awaits whose work one or more threads of a pool do. The job lies in the awaiting frame: no allocation.
///
/// `left_` counts the threads that are to take part and have not ended; who brings it to zero ends the await: a thread
/// of the pool, or the loop's, which takes the job out of the queue when stop is requested. `waiting_` is true from
/// then on until the coroutine goes on.
class pool_awaiter : public waiter, protected pool_job {
public:
  pool_awaiter(pool_awaiter &&other) noexcept : waiter(std::move(other)), pool_job(other.run), pool_(other.pool_) {}
  ~pool_awaiter() {
    if (!waiting_)
      return;
    // Only a frame that is destroyed while it waits comes here waiting.
    if (const unsigned taken = pool_->withdraw(*this); left_.load() != taken)
      trap("a coroutine was destroyed while a thread works for it");
    promise()->loop().external_work_finished();
  }

protected:
  explicit pool_awaiter(thread_pool &pool, stop_hook::function on_stop, pool_job::function run) noexcept
      : waiter(on_stop), pool_job(run), pool_(&pool) {}

  thread_pool &pool() const noexcept { return *pool_; }

  /// Gives the job to \p copies threads. False when the coroutine goes on at once: stopped, or the pool is closed.
  bool begin(promise_base &p, unsigned copies) noexcept {
    if (stop_now(p))
      return false;
    left_.store(copies, std::memory_order_relaxed);
    suspend(p);
    p.loop().external_work_started();
    if (pool_->push(*this, copies)) {
      waiting_ = true;
      return true;
    }
    unregister();
    p.loop().external_work_finished();
    refused_ = true;
    return false;
  }

  /// To be called first when the coroutine goes on.
  void resumed() {
    if (std::exchange(waiting_, false))
      promise()->loop().external_work_finished();
    unregister();
    if (refused_)
      throw pool_closed();
  }

  /// A thread has done its part, and that of \p others that will not come. The await may be gone afterwards.
  void thread_ended(unsigned others = 0) noexcept {
    promise_base &p = *promise();
    if (left_.fetch_sub(1 + others, std::memory_order_acq_rel) == 1 + others)
      static_cast<event_loop &>(p.loop()).wake_from_any_thread(p);
  }

  /// Takes back what no thread has taken; if no thread is at it then, the await ends as stopped.
  void withdraw() noexcept {
    const unsigned taken = pool_->withdraw(*this);
    if (taken == 0 || left_.fetch_sub(taken, std::memory_order_acq_rel) != taken)
      return;
    set_stopped();
    complete();
  }

  static pool_awaiter &from_job(pool_job &job) noexcept { return static_cast<pool_awaiter &>(job); }
  static pool_awaiter &from_stop(stop_hook &hook) noexcept { return static_cast<pool_awaiter &>(from_hook(hook)); }

private:
  thread_pool *pool_;
  std::atomic<unsigned> left_ = 0;
  bool waiting_ = false;
  bool refused_ = false;
};

/// Runs one function on one thread.
template <class F, class... Args> class [[nodiscard]] offload_awaiter : pool_awaiter {
  using value_type = call_off_loop_t<F, Args...>;
  static_assert(!awaitable<value_type>, "a coroutine runs on its loop, whoever calls it: the function must do the work "
                                        "itself, and return its result");

public:
  template <class G, class... As>
  explicit offload_awaiter(thread_pool &pool, G &&f, As &&...args)
      : pool_awaiter(pool, stop, run), call_(std::forward<G>(f), std::forward<As>(args)...) {}
  offload_awaiter(offload_awaiter &&) = default;

  using pool_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept { return begin(promise_of(h), 1); }
  value_type await_resume() {
    resumed();
    throw_if_stopped();
    return std::move(result_).value();
  }

private:
  static void run(detail::pool_job &job) noexcept {
    auto &self = static_cast<offload_awaiter &>(from_job(job));
    try {
      const auto call = [&self](auto &&...parts) -> value_type {
        return call_with_token(self.promise()->env().stop_token(), std::forward<decltype(parts)>(parts)...);
      };
      if constexpr (std::is_void_v<value_type>) {
        std::apply(call, std::move(self.call_));
        self.result_.set_value();
      } else {
        self.result_.set_value(std::apply(call, std::move(self.call_)));
      }
    } catch (...) {
      self.result_.set_error(std::current_exception());
    }
    self.thread_ended();
  }
  static void stop(stop_hook &hook) noexcept { static_cast<offload_awaiter &>(from_stop(hook)).withdraw(); }

  std::tuple<F, Args...> call_;
  result<value_type> result_;
};

} // namespace detail

/// Calls \p f(args...) on a thread of \p pool; the coroutine goes on, on its loop, when it has returned, with what it
/// returned, moved, or what it threw. Function and arguments are copied or moved into the awaiting coroutine's frame,
/// from where the call moves them, and are destroyed on the loop; use std::ref() for references.
///
/// Stop: a function that no thread has begun is taken out of the queue, and the await throws operation_stopped. One
/// that runs is waited for, and what it gives is given; if its first parameter can be an inplace_stop_token, it gets
/// one and can ask whether to go on. (It may throw operation_stopped then.)
///
/// Context variables and this_task are not there on the thread. pool_closed after pool.shutdown(); \p pool must outlive
/// the await.
template <class F, class... Args>
  requires detail::callable_off_loop<std::decay_t<F>, std::decay_t<Args>...>
auto run_on(thread_pool &pool, F &&f, Args &&...args) {
  return detail::offload_awaiter<std::decay_t<F>, std::decay_t<Args>...>(pool, std::forward<F>(f),
                                                                         std::forward<Args>(args)...);
}

/// run_on() a pool that the whole program shares, thread_pool::shared(): for calls that block now and then. (asyncio:
/// to_thread) What blocks often, or computes for long, is better given a pool of its own.
template <class F, class... Args>
  requires detail::callable_off_loop<std::decay_t<F>, std::decay_t<Args>...>
auto offload(F &&f, Args &&...args) {
  return run_on(thread_pool::shared(), std::forward<F>(f), std::forward<Args>(args)...);
}

} // namespace asyncrt
