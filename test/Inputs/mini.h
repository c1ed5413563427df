// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A small but complete coroutine library for the tests: what a project's home-grown task type looks like. The
// linter has never heard of it, so everything it finds here it reads from types and from standard terms.
// Compile with -DMINI_DISCARDABLE for the same library without [[nodiscard]].
#pragma once

#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#ifdef MINI_DISCARDABLE
#define MINI_NODISCARD
#else
#define MINI_NODISCARD [[nodiscard]]
#endif

namespace mini {

/// Thrown out of an awaited operation whose loop is being stopped.
struct operation_cancelled : std::exception {
  const char *what() const noexcept override { return "operation cancelled"; }
};

template <class T = void> class task;

namespace detail {

/// Resumes whoever awaited the task, on the thread that finished it.
struct final_awaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) const noexcept {
    auto continuation = finished.promise().continuation;
    return continuation ? continuation : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct promise_base {
  std::coroutine_handle<> continuation;
  std::suspend_always initial_suspend() const noexcept { return {}; }
  final_awaiter final_suspend() const noexcept { return {}; }
};

template <class T> struct promise : promise_base {
  std::variant<std::monostate, T, std::exception_ptr> result;
  task<T> get_return_object() noexcept;
  void unhandled_exception() noexcept { result.template emplace<2>(std::current_exception()); }
  template <class U> void return_value(U &&value) { result.template emplace<1>(std::forward<U>(value)); }
  T take() {
    if (result.index() == 2)
      std::rethrow_exception(std::get<2>(result));
    return std::move(std::get<1>(result));
  }
};

template <> struct promise<void> : promise_base {
  std::exception_ptr error;
  task<void> get_return_object() noexcept;
  void unhandled_exception() noexcept { error = std::current_exception(); }
  void return_void() const noexcept {}
  void take() const {
    if (error)
      std::rethrow_exception(error);
  }
};

} // namespace detail

/// A coroutine that starts when it is awaited and belongs to whoever holds it.
template <class T> class MINI_NODISCARD task {
public:
  using promise_type = detail::promise<T>;
  using handle_type = std::coroutine_handle<promise_type>;

  task() = default;
  explicit task(handle_type handle) noexcept : handle_(handle) {}
  task(task &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  task &operator=(task &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~task() {
    if (handle_)
      handle_.destroy();
  }

  bool valid() const noexcept { return static_cast<bool>(handle_); }
  bool done() const noexcept { return handle_ && handle_.done(); }

  auto operator co_await() && noexcept {
    struct awaiter {
      handle_type handle;
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
        handle.promise().continuation = caller;
        return handle;
      }
      T await_resume() { return handle.promise().take(); }
    };
    return awaiter{handle_};
  }

private:
  handle_type handle_;
};

namespace detail {
template <class T> task<T> promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<promise>::from_promise(*this));
}
inline task<void> promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<promise>::from_promise(*this));
}

/// A coroutine that starts at once and frees itself; an escaping exception ends the program.
struct detached {
  struct promise_type {
    detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};
} // namespace detail

/// Runs \p work on this thread until its first suspension; nobody learns of its end.
inline void spawn(task<void> work) {
  [](task<void> owned) -> detail::detached { co_await std::move(owned); }(std::move(work));
}

/// Waits on this thread until \p work is done.
template <class T> T sync_wait(task<T> work) {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::exception_ptr error;
  std::conditional_t<std::is_void_v<T>, std::monostate, std::optional<T>> result;
  // The coroutine's arguments live in its frame: the references are to this frame, which waits for it.
  [](task<T> owned, auto &result, std::exception_ptr &error, std::mutex &mutex, std::condition_variable &changed,
     bool &done) -> detail::detached {
    try {
      if constexpr (std::is_void_v<T>)
        co_await std::move(owned);
      else
        result.emplace(co_await std::move(owned));
    } catch (...) {
      error = std::current_exception();
    }
    std::lock_guard<std::mutex> lock(mutex);
    done = true;
    changed.notify_one();
  }(std::move(work), result, error, mutex, changed, done);
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [&] { return done; });
  if (error)
    std::rethrow_exception(error);
  if constexpr (!std::is_void_v<T>)
    return std::move(*result);
}

/// One thread's queue of ready coroutines and timers.
class event_loop {
public:
  using clock = std::chrono::steady_clock;

  event_loop() = default;
  event_loop(const event_loop &) = delete;
  event_loop &operator=(const event_loop &) = delete;

  /// Runs until nothing is left to do or stop() was called.
  void run() {
    for (;;) {
      std::function<void()> next;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!stopped_ && ready_.empty() && !timers_.empty() &&
               changed_.wait_until(lock, timers_.begin()->first) == std::cv_status::timeout)
          break;
        while (!timers_.empty() && (stopped_ || timers_.begin()->first <= clock::now())) {
          ready_.push_back(std::move(timers_.begin()->second));
          timers_.erase(timers_.begin());
        }
        if (ready_.empty() && timers_.empty())
          return;
        if (ready_.empty())
          continue;
        next = std::move(ready_.front());
        ready_.pop_front();
      }
      next();
    }
  }

  /// Lets pending operations end with operation_cancelled.
  void stop() {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

  /// Runs \p work later, on the thread in run().
  void post(std::function<void()> work) {
    std::lock_guard<std::mutex> lock(mutex_);
    ready_.push_back(std::move(work));
    changed_.notify_all();
  }

  struct MINI_NODISCARD schedule_operation {
    event_loop &loop;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { loop.post(waiting); }
    void await_resume() const noexcept {}
  };
  /// Resumes on the thread in run().
  schedule_operation schedule() noexcept { return {*this}; }

  struct MINI_NODISCARD sleep_operation {
    event_loop &loop;
    clock::duration delay;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { loop.at(clock::now() + delay, waiting); }
    void await_resume() const {
      if (loop.stopped())
        throw operation_cancelled();
    }
  };
  /// Resumes on the thread in run() after \p delay.
  sleep_operation sleep_for(clock::duration delay) noexcept { return {*this, delay}; }

  bool stopped() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return stopped_;
  }

private:
  void at(clock::time_point when, std::function<void()> work) {
    std::lock_guard<std::mutex> lock(mutex_);
    timers_.emplace(when, std::move(work));
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> ready_;
  std::multimap<clock::time_point, std::function<void()>> timers_;
  bool stopped_ = false;
};

/// A fixed number of threads that take callables from one queue; the destructor finishes the queue.
class thread_pool {
public:
  explicit thread_pool(std::size_t threads) {
    for (std::size_t i = 0; i != threads; ++i)
      threads_.emplace_back([this] { work(); });
  }
  ~thread_pool() { join(); }
  thread_pool(const thread_pool &) = delete;
  thread_pool &operator=(const thread_pool &) = delete;

  /// Runs \p work on a thread of the pool.
  void submit(std::function<void()> work) {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(work));
    changed_.notify_one();
  }

  struct MINI_NODISCARD schedule_operation {
    thread_pool &pool;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { pool.submit(waiting); }
    void await_resume() const noexcept {}
  };
  /// Resumes on a thread of the pool.
  schedule_operation schedule() noexcept { return {*this}; }

  void join() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
      changed_.notify_all();
    }
    for (std::thread &thread : threads_)
      if (thread.joinable())
        thread.join();
  }

private:
  void work() {
    for (;;) {
      std::function<void()> next;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [&] { return closed_ || !queue_.empty(); });
        if (queue_.empty())
          return;
        next = std::move(queue_.front());
        queue_.pop_front();
      }
      next();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

/// Runs \p callable on \p pool and resumes on \p loop with its result.
template <class Callable>
task<std::invoke_result_t<Callable>> offload(thread_pool &pool, event_loop &loop, Callable callable) {
  co_await pool.schedule();
  if constexpr (std::is_void_v<std::invoke_result_t<Callable>>) {
    callable();
    co_await loop.schedule();
  } else {
    auto result = callable();
    co_await loop.schedule();
    co_return result;
  }
}

} // namespace mini
