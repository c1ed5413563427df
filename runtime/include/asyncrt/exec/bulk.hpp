// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// bulk(): a function for each of many indices, on all threads of a pool, awaited.
#pragma once

#include <asyncrt/exec/offload.hpp>

#include <algorithm>

namespace asyncrt {

namespace detail {

/// `next_` is the first index that no thread has taken; at least `count_` when there is none, or none is to be taken.
template <class F> class [[nodiscard]] bulk_awaiter : pool_awaiter {
public:
  template <class G>
  bulk_awaiter(thread_pool &pool, std::size_t count, G &&f, std::size_t chunk)
      : pool_awaiter(pool, stop, run), function_(std::forward<G>(f)), count_(count),
        chunk_(chunk ? chunk : std::max<std::size_t>(1, count / (std::size_t{pool.size()} * 8))) {}
  bulk_awaiter(bulk_awaiter &&other) noexcept(std::is_nothrow_move_constructible_v<F>)
      : pool_awaiter(std::move(other)), function_(std::move(other.function_)), count_(other.count_),
        chunk_(other.chunk_) {}

  using pool_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    const std::size_t chunks = count_ / chunk_ + (count_ % chunk_ != 0);
    // Without an element there is nothing to run, but it is an await all the same: one thread looks, and finds nothing.
    return begin(promise_of(h), static_cast<unsigned>(std::clamp<std::size_t>(chunks, 1, pool().size())));
  }
  void await_resume() {
    resumed();
    if (error_)
      std::rethrow_exception(error_);
    if (done_.load(std::memory_order_relaxed) != count_ || (count_ == 0 && was_stopped()))
      throw_stopped(promise()->env());
  }

private:
  static void run(detail::pool_job &job) noexcept {
    auto &self = static_cast<bulk_awaiter &>(from_job(job));
    self.work();
    // Nothing is left to take: threads that are busy with something else are not waited for.
    self.thread_ended(self.pool().withdraw(self));
  }
  void work() noexcept {
    const inplace_stop_token token = promise()->env().stop_token();
    for (;;) {
      std::size_t begin = next_.load(std::memory_order_relaxed);
      do
        if (begin >= count_ || token.stop_requested())
          return;
      while (!next_.compare_exchange_weak(begin, begin + std::min(chunk_, count_ - begin), std::memory_order_relaxed));
      const std::size_t end = begin + std::min(chunk_, count_ - begin);
      try {
        for (std::size_t i = begin; i != end; ++i)
          call_with_token(token, function_, i);
      } catch (...) {
        no_more();
        if (!failed_.exchange(true, std::memory_order_relaxed))
          error_ = std::current_exception();
        return;
      }
      done_.fetch_add(end - begin, std::memory_order_relaxed);
    }
  }
  void no_more() noexcept { next_.store(count_, std::memory_order_relaxed); }
  static void stop(stop_hook &hook) noexcept {
    auto &self = static_cast<bulk_awaiter &>(from_stop(hook));
    self.no_more();
    self.withdraw();
  }

  F function_;
  std::size_t count_;
  std::size_t chunk_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::atomic<bool> failed_ = false;
  std::exception_ptr error_; ///< Of the first that failed; written by the one who has set `failed_`.
};

} // namespace detail

/// Calls \p f(i) for each i from 0 to \p count - 1 on the threads of \p pool, which take \p chunk of them at a time
/// (zero: a size that gives each thread about eight turns), and goes on, on its loop, when all have returned. The order
/// is not determined, and \p f is called by several threads at once, always the same object.
///
/// The first exception is thrown after all threads have ended their chunks; no further chunk is begun then. Stop: no
/// further chunk is begun, those that run are waited for, and the await throws operation_stopped unless all is done.
/// As in run_on(), \p f may take an inplace_stop_token before the index. pool_closed after pool.shutdown().
template <class F>
  requires detail::callable_off_loop<std::decay_t<F> &, std::size_t>
auto bulk(thread_pool &pool, std::size_t count, F &&f, std::size_t chunk = 0) {
  return detail::bulk_awaiter<std::decay_t<F>>(pool, count, std::forward<F>(f), chunk);
}

} // namespace asyncrt
