// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The threads of a thread pool and their queue.
#include <asyncrt/core/trap.hpp>
#include <asyncrt/exec/thread_pool.hpp>

#include <algorithm>
#include <csignal>
#include <unistd.h>
#include <utility>

namespace asyncrt {

namespace {

/// While it lives, threads that are started inherit a mask that blocks what is not a fault of their own.
class signals_blocked {
public:
  signals_blocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF})
      ::sigdelset(&all, fault);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_;
};

unsigned processors() noexcept { return std::max(1u, std::thread::hardware_concurrency()); }

/// In a child that fork() has made there are no threads to join, and the pool is left alone.
struct shared_pool {
  ~shared_pool() {
    if (::getpid() == process)
      delete pool;
  }
  std::mutex mutex;
  thread_pool *pool = nullptr; ///< Owned.
  pid_t process = 0;           ///< That has made the pool.
};
shared_pool &the_shared() {
  static shared_pool one;
  return one;
}

} // namespace

thread_pool::thread_pool(unsigned threads)
    : size_(threads ? threads : processors()), mark_("a thread pool", __builtin_return_address(0)) {
  queue_.close();
  threads_.reserve(size_);
  const signals_blocked here;
  const detail::unwatched_executors own;
  try {
    while (threads_.size() < size_)
      threads_.emplace_back([this] { work(); });
  } catch (...) {
    shutdown();
    throw;
  }
}

thread_pool &thread_pool::shared() {
  shared_pool &one = the_shared();
  const std::lock_guard lock(one.mutex);
  if (!one.pool) {
    const detail::unwatched_executors own;
    one.pool = new thread_pool(std::min(32u, processors() + 4));
    one.process = ::getpid();
  }
  return *one.pool;
}

void thread_pool::end_shared() noexcept {
  shared_pool &one = the_shared();
  const std::lock_guard lock(one.mutex);
  delete std::exchange(one.pool, nullptr);
}

void thread_pool::shutdown() noexcept {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  woken_.notify_all();
  for (std::thread &t : threads_) {
    if (t.get_id() == std::this_thread::get_id())
      trap("a thread pool was shut down from one of its own threads");
    t.join();
  }
  threads_.clear();
}

std::size_t thread_pool::queued() const noexcept {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const detail::ring_link<detail::pool_job> *j = queue_.next; j != &queue_; j = j->next)
    ++count;
  return count;
}

bool thread_pool::push(detail::pool_job &job, unsigned copies) noexcept {
  unsigned wake;
  {
    const std::lock_guard lock(mutex_);
    if (closed_)
      return false;
    mark_.one_more_job();
    job.wanted = copies;
    queue_.push_back(job);
    wake = std::min(copies, sleeping_);
    sleeping_ -= wake;
  }
  // From here on the job may be done and gone.
  while (wake--)
    woken_.notify_one();
  return true;
}

unsigned thread_pool::withdraw(detail::pool_job &job) noexcept {
  const std::lock_guard lock(mutex_);
  if (job.wanted == 0)
    return 0;
  job.unlink();
  return std::exchange(job.wanted, 0);
}

void thread_pool::work() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (queue_.alone()) {
      if (closed_)
        return;
      // A thread that wakes by itself counts itself again; that costs a notification too many, and nothing else.
      ++sleeping_;
      woken_.wait(lock);
      continue;
    }
    auto &job = static_cast<detail::pool_job &>(*queue_.next);
    if (--job.wanted == 0)
      job.unlink();
    lock.unlock();
    job.run(job);
    lock.lock();
  }
}

} // namespace asyncrt
