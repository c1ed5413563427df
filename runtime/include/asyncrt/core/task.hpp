// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// task<T>: a coroutine that runs when it is awaited.
#pragma once

#include <asyncrt/core/promise_base.hpp>
#include <asyncrt/core/report.hpp>

#include <coroutine>
#include <exception>
#include <source_location>
#include <utility>

namespace asyncrt {

namespace detail {

/// Ends a task: the frame goes first, then whoever awaits goes on, by symmetric transfer. (P3796 tells why in this
/// order: what the frame holds, such as a lock, is released before anybody sees the result.)
struct final_await {
  static constexpr bool await_ready() noexcept { return false; }
  template <class P> static std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) noexcept {
    const std::coroutine_handle<> awaiting = self.promise().continuation();
    if (awaiting) [[likely]] {
      self.destroy();
      return awaiting;
    }
    auto &r = self.promise().get_receiver();
    self.destroy();
    return r.on_done(r);
  }
  static void await_resume() noexcept {}
};

template <class T> class task_promise_base : public promise_base {
public:
  using promise_base::promise_base;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  final_await final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept {
    result_->set_error(std::current_exception());
    if (const auto tell = __atomic_load_n(&ended_stopped, __ATOMIC_RELAXED); tell && result_->stopped())
      tell(*this);
  }

  /// The coroutine \p awaiting, of promise \p parent, awaits: it gets the result in \p into and is resumed.
  void start_for(promise_base &parent, std::coroutine_handle<> awaiting, result<T> &into) noexcept {
    env_ = &parent.env();
    continuation_ = awaiting;
    result_ = &into;
  }
  /// The coroutine runs under \p env, and \p into is told when it has ended.
  void start_into(environment &env, receiver<T> &into) noexcept {
    env_ = &env;
    env.leaf = this;
    result_ = &into;
  }
  receiver<T> &get_receiver() noexcept { return static_cast<receiver<T> &>(*result_); }

protected:
  /// Where the result goes: outside of the frame, which does not live long enough. Set when the coroutine is started.
  result<T> *result_;
};

template <class T> class task_promise : public task_promise_base<T> {
public:
  task_promise(std::source_location where = std::source_location::current()) noexcept : task_promise_base<T>(where) {}
  auto get_return_object() noexcept { return std::coroutine_handle<task_promise>::from_promise(*this); }
  template <class U = T>
    requires std::constructible_from<T, U>
  void return_value(U &&value) {
    this->result_->set_value(std::forward<U>(value));
  }
};

template <> class task_promise<void> : public task_promise_base<void> {
public:
  task_promise(std::source_location where = std::source_location::current()) noexcept : task_promise_base(where) {}
  auto get_return_object() noexcept { return std::coroutine_handle<task_promise>::from_promise(*this); }
  void return_void() noexcept { result_->set_value(); }
};

/// Awaits a task: starts it, and owns its frame until it has ended.
template <class T> class [[nodiscard]] task_awaiter {
public:
  explicit task_awaiter(std::coroutine_handle<task_promise<T>> child) noexcept : child_(child) {}
  task_awaiter(const task_awaiter &) = delete;
  task_awaiter &operator=(const task_awaiter &) = delete;
  ~task_awaiter() {
    if (child_)
      child_.destroy();
  }

  static constexpr bool await_ready() noexcept { return false; }
  template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> parent) noexcept {
    child_.promise().start_for(promise_of(parent), parent, result_);
    return child_;
  }
  T await_resume() {
    child_ = nullptr;
    return std::move(result_).value();
  }

private:
  std::coroutine_handle<task_promise<T>> child_;
  result<T> result_;
};

} // namespace detail

/// A coroutine that has not been started: `task<int> f() { co_return 1; }`.
///
/// Lazy: nothing of the body runs until the task is awaited (`co_await f()`), spawned or handed to a combinator; then
/// it runs on the awaiting coroutine's thread without a hop, and the awaiting coroutine goes on in the same step in
/// which it ends. Move-only; it can be awaited once, and gives up its coroutine then. A task that is dropped without
/// having been started is reported as async-unawaited-task. Not thread-safe; what has not been started may be moved to
/// another thread.
///
/// The result is a value, an exception, or operation_stopped, and is moved to the awaiting coroutine.
//
// trivial_abi: it is one pointer, and is returned in a register like one, which saves a sixth of what awaiting a child
// costs.
template <class T = void> class [[nodiscard, clang::trivial_abi]] task {
public:
  using promise_type = detail::task_promise<T>;
  using value_type = T;

  /// An empty task; awaiting it traps.
  task() noexcept = default;
  /// For the compiler, which makes a task of what the promise returns.
  task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  task(task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  task &operator=(task &&other) noexcept {
    task(std::move(other)).swap(*this);
    return *this;
  }
  ~task() {
    if (coroutine_) [[unlikely]]
      drop();
  }
  void swap(task &other) noexcept { std::swap(coroutine_, other.coroutine_); }

  /// Whether there is a coroutine to be started.
  explicit operator bool() const noexcept { return coroutine_ != nullptr; }

  /// Starts the coroutine and gives its result. Traps on an empty task: one that was moved from or awaited before.
  auto operator co_await() && noexcept { return detail::task_awaiter<T>(release()); }

  /// The coroutine, for those who start it by task_promise::start_into(). Traps when empty.
  std::coroutine_handle<promise_type> release() noexcept {
    if (!coroutine_) [[unlikely]]
      trap("an empty task was started: it was moved from, or awaited before");
    return std::exchange(coroutine_, nullptr);
  }

private:
  [[gnu::cold, gnu::noinline]] void drop() noexcept {
    const std::source_location where = coroutine_.promise().where();
    coroutine_.destroy();
    report_here({"async-unawaited-task", "the task was never awaited", where.function_name(), where},
                __builtin_return_address(0));
  }

  std::coroutine_handle<promise_type> coroutine_;
};

/// A task that must be awaited in the expression that makes it, so that references in its parameters, to temporaries
/// too, stay valid. It cannot be moved, kept, spawned, or handed to a combinator. (folly calls it now_task as well.)
template <class T = void> class [[nodiscard]] now_task {
public:
  using promise_type = detail::task_promise<T>;
  using value_type = T;

  now_task(std::coroutine_handle<promise_type> coroutine) noexcept : task_(coroutine) {}
  now_task(const now_task &) = delete;
  now_task &operator=(const now_task &) = delete;

  auto operator co_await() && noexcept { return std::move(task_).operator co_await(); }

private:
  task<T> task_;
};

} // namespace asyncrt
