// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// thread_pool: threads that run what would block a loop or keep it busy. See offload.hpp and bulk.hpp for its use.
#pragma once

#include <asyncrt/core/executor_watch.hpp>
#include <asyncrt/core/ring.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace asyncrt {

namespace detail {

/// Work in the queue of a thread pool; part of an await. `wanted` is the number of threads that shall still take it,
/// and belongs to the pool's mutex while the job is in the queue.
struct pool_job : ring_link<pool_job> {
  using function = void (*)(pool_job &) noexcept;
  explicit pool_job(function run) noexcept : run(run) {}
  /// Called by each thread that takes the job, which may be gone when it returns.
  function run;
  unsigned wanted = 0;
};

} // namespace detail

/// A fixed number of threads and one queue, first in, first out. May be used from any thread and by several loops at
/// once; a function that waits for another one of the same pool can wait for ever.
///
/// The threads block all signals but those that tell of a fault, so that handlers and signalfd of the program see them.
class thread_pool {
public:
  /// Starts \p threads threads; zero: as many as there are processors. Throws std::system_error when the system gives
  /// no more.
  explicit thread_pool(unsigned threads = 0);
  thread_pool(const thread_pool &) = delete;
  thread_pool &operator=(const thread_pool &) = delete;
  /// Calls shutdown().
  ~thread_pool() { shutdown(); }

  /// Takes no more work, runs what is queued, and joins the threads: blocks the caller until then, so not for
  /// coroutines of a loop that must go on. What comes later throws pool_closed. A second call does nothing. From any
  /// thread but the pool's own (traps), by one at a time.
  void shutdown() noexcept;

  /// The number of threads; it does not change.
  unsigned size() const noexcept { return size_; }
  /// Jobs that no thread has taken yet. From any thread; old news when it returns.
  std::size_t queued() const noexcept;

  /// The pool of offload(), and of files and names (see default_blocking_executor()), made when first asked for:
  /// min(32, processors + 4) threads, as many as asyncio has. It is shut down when the program exits. From any thread.
  /// A child made by fork() makes another one.
  static thread_pool &shared();

  /// Shuts the shared pool down if there is one, and the next use makes another: for what needs a program without
  /// threads, such as making a fork_server. Nobody may use the pool meanwhile.
  static void end_shared() noexcept;

  /// For awaits: puts \p job, for \p copies threads, at the end of the queue. False after shutdown().
  bool push(detail::pool_job &job, unsigned copies) noexcept;
  /// For awaits: takes \p job out of the queue, and says how many threads will not take it because of that.
  unsigned withdraw(detail::pool_job &job) noexcept;

private:
  void work() noexcept;

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  detail::ring_link<detail::pool_job> queue_;
  unsigned sleeping_ = 0; ///< Threads that wait and that nobody has notified.
  bool closed_ = false;
  unsigned size_;
  detail::executor_mark mark_;
  std::vector<std::thread> threads_;
};

} // namespace asyncrt
