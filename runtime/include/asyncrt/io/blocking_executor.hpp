// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// blocking_executor: threads for system calls that block however one asks, such as those on files and names.
#pragma once

#include <asyncrt/core/result.hpp>
#include <asyncrt/loop/event_loop.hpp>

#include <type_traits>
#include <utility>

namespace asyncrt {

/// Something to be done on another thread. Part of an await; the executor keeps its address until it has called it.
class blocking_job {
public:
  using function = void (*)(blocking_job &) noexcept;
  explicit blocking_job(function run) noexcept : run_(run) {}
  /// Does it. After this the job may be gone.
  void run() noexcept { run_(*this); }

  blocking_job *next = nullptr; ///< For the executor.

private:
  function run_;
};

/// Where files and names are waited for: a thread pool, of any kind.
class blocking_executor {
public:
  virtual ~blocking_executor() = default;
  /// Calls job.run() once, on a thread on which no loop runs, now or later. Throws, and then has kept nothing, when it
  /// cannot. Thread-safe.
  virtual void execute(blocking_job &job) = 0;
};

/// What is used unless another one was set: thread_pool::shared(), whose threads the end of the program joins. So it
/// waits for what has begun, such as a look-up that a stopped resolve() has left behind; a program that must not wait
/// sets an executor of its own. What has not begun and nobody awaits any more is left out.
blocking_executor &default_blocking_executor();

/// From now on files and names use \p executor, which must outlive what uses it; null: the default one. Gives the one
/// before. Set it before loops run.
blocking_executor *set_blocking_executor(blocking_executor *executor) noexcept;

namespace detail {

blocking_executor &current_blocking_executor();

/// Calls a function on another thread and gives its value. A stop that is requested meanwhile has no effect on it: what
/// a thread does cannot be undone.
template <class F> class [[nodiscard]] off_loop_awaiter : blocking_job {
  using value = std::invoke_result_t<F &>;

public:
  explicit off_loop_awaiter(F f) noexcept : blocking_job(on_thread), function_(std::move(f)) {}
  static constexpr bool await_ready() noexcept { return false; }
  template <class P> bool await_suspend(std::coroutine_handle<P> h) {
    promise_ = &promise_of(h);
    if (promise_->env().stop_requested())
      return false;
    promise_->loop().external_work_started();
    try {
      current_blocking_executor().execute(*this);
    } catch (...) {
      promise_->loop().external_work_finished();
      throw;
    }
    return true;
  }
  value await_resume() {
    if (!result_.ready())
      throw_stopped(promise_->env());
    promise_->loop().external_work_finished();
    return std::move(result_).value();
  }

private:
  static void on_thread(blocking_job &job) noexcept {
    auto &self = static_cast<off_loop_awaiter &>(job);
    try {
      self.result_.set_value(self.function_());
    } catch (...) {
      self.result_.set_error(std::current_exception());
    }
    static_cast<event_loop &>(self.promise_->loop()).wake_from_any_thread(*self.promise_);
  }

  F function_;
  promise_base *promise_ = nullptr;
  result<value> result_;
};

} // namespace detail
} // namespace asyncrt
