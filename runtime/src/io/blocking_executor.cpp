// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A few threads, until somebody gives a pool.
#include <asyncrt/io/blocking_executor.hpp>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

namespace asyncrt {

namespace {

class few_threads final : public blocking_executor {
public:
  void execute(blocking_job &job) override {
    const std::lock_guard lock(mutex_);
    if (idle_ <= waiting_ && threads_ < most) {
      start();
      ++threads_;
    }
    job.next = nullptr;
    *(first_ ? &last_->next : &first_) = &job;
    last_ = &job;
    ++waiting_;
    ready_.notify_one();
  }

private:
  static constexpr unsigned most = 4;

  /// Signals are for the threads that know what to do with them.
  void start() {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      std::thread([this] { work(); }).detach();
    } catch (...) {
      ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
      throw;
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  [[noreturn]] void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      ready_.wait(lock, [this] { return first_ != nullptr; });
      --idle_;
      blocking_job &job = *first_;
      first_ = job.next;
      --waiting_;
      lock.unlock();
      job.run();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  blocking_job *first_ = nullptr;
  blocking_job *last_ = nullptr; ///< Only meaningful while first_ is not null.
  unsigned threads_ = 0, idle_ = 0, waiting_ = 0;
};

constinit std::atomic<blocking_executor *> chosen = nullptr;

} // namespace

blocking_executor &default_blocking_executor() {
  // Never destroyed: its threads may be in the middle of something when the program ends.
  static few_threads &threads = *new few_threads;
  return threads;
}

blocking_executor *set_blocking_executor(blocking_executor *executor) noexcept { return chosen.exchange(executor); }

blocking_executor &detail::current_blocking_executor() {
  blocking_executor *executor = chosen.load(std::memory_order_acquire);
  return executor ? *executor : default_blocking_executor();
}

} // namespace asyncrt
