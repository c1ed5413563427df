// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The shared thread pool, until somebody gives something else.
#include <asyncrt/exec/error.hpp>
#include <asyncrt/exec/thread_pool.hpp>
#include <asyncrt/io/blocking_executor.hpp>

#include <atomic>
#include <memory>

namespace asyncrt {

namespace {

/// Destroys itself when a thread has taken it.
struct pooled_job : detail::pool_job {
  explicit pooled_job(blocking_job &job) noexcept : pool_job(taken), job(job) {}
  static void taken(pool_job &base) noexcept {
    const std::unique_ptr<pooled_job> self(static_cast<pooled_job *>(&base));
    self->job.run();
  }
  blocking_job &job;
};

class in_shared_pool final : public blocking_executor {
public:
  void execute(blocking_job &job) override {
    auto pooled = std::make_unique<pooled_job>(job);
    if (!thread_pool::shared().push(*pooled, 1))
      throw pool_closed();
    static_cast<void>(pooled.release());
  }
};

constinit std::atomic<blocking_executor *> chosen = nullptr;

} // namespace

blocking_executor &default_blocking_executor() {
  static in_shared_pool pool;
  return pool;
}

blocking_executor *set_blocking_executor(blocking_executor *executor) noexcept { return chosen.exchange(executor); }

blocking_executor &detail::current_blocking_executor() {
  blocking_executor *executor = chosen.load(std::memory_order_acquire);
  return executor ? *executor : default_blocking_executor();
}

} // namespace asyncrt
