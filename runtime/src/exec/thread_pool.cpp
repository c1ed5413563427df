// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The threads of a thread pool and their queue.
#include <asyncrt/core/trap.hpp>
#include <asyncrt/exec/thread_pool.hpp>

#include <algorithm>
#include <csignal>
#include <memory>
#include <pthread.h>
#include <system_error>
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

/// In a child that fork() has made, the pool has no threads, and nobody can say what they were about. So the child puts
/// it aside. The mutex is held while that happens, and never while threads are joined: one of them may call fork().
class shared_pool {
public:
  static shared_pool &get() {
    static shared_pool one;
    return one;
  }
  ~shared_pool() { end(); }

  thread_pool &pool() {
    const std::lock_guard lock(mutex_);
    if (!made_) {
      const detail::unwatched_executors own;
      made_ = std::make_unique<made>();
    }
    return made_->pool;
  }
  void end() noexcept {
    std::unique_lock lock(mutex_);
    const std::unique_ptr<made> ended = std::move(made_);
    lock.unlock();
  }

private:
  struct made {
    thread_pool pool{std::min(32u, processors() + 4)};
    made *older = nullptr;
  };

  shared_pool() {
    const int error =
        ::pthread_atfork([] { get().mutex_.lock(); }, [] { get().mutex_.unlock(); }, [] { get().in_child(); });
    if (error)
      throw std::system_error(error, std::system_category(), "pthread_atfork");
  }
  void in_child() noexcept {
    if (made_) {
      made_->older = inherited_;
      inherited_ = made_.release();
    }
    mutex_.unlock();
  }

  std::mutex mutex_;
  std::unique_ptr<made> made_;
  made *inherited_ = nullptr; ///< Those of the process's parents: never destroyed, and no leaks.
};

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

thread_pool &thread_pool::shared() { return shared_pool::get().pool(); }

void thread_pool::end_shared() noexcept { shared_pool::get().end(); }

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
