// RUN: %check_async_tidy %s async-unawaited-task

// Task types of several kinds, none of which the linter has heard of: what counts is what the type can do.

#include <coroutine>
#include <exception>
#include <utility>

// Starts when it is called; without [[nodiscard]].
struct eager {
  struct promise_type {
    eager get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
  bool ready() const;
};

// Awaitable only through a free operator; its promise does not say whether it is lazy.
namespace other {
template <class T> struct promise;
template <class T> struct job {
  using promise_type = promise<T>;
};
struct start_somehow {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<> waiting) noexcept;
  void await_resume() noexcept;
};
template <class T> struct promise {
  job<T> get_return_object();
  start_somehow initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void return_value(T value);
  void unhandled_exception();
};
template <class T> struct awaiter {
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  T await_resume();
};
template <class T> awaiter<T> operator co_await(job<T> &&job);
} // namespace other

// A promise that takes only its own kind of awaitable.
struct strict {
  struct promise_type {
    strict get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
    strict &&await_transform(strict &&inner);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};

// Derived from an awaitable.
struct derived : eager {};

// Handed out by a function that starts the work: a handle that may be let go.
struct handle {
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};
handle spawn(eager work);

// Awaited again and again.
struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(int value);
    void return_void();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  int await_resume();
};

eager begin();
other::job<int> get();
strict exact();
derived derive();
generator count();

eager uses_eager(bool c) {
  begin();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'eager' returned by 'begin' is never awaited, so its result and exceptions are lost [async-unawaited-task]
  // CHECK-FIXES: co_await begin();
  auto kept = begin();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'kept' holds a 'eager' that is never awaited, so its result and exceptions are lost
  // CHECK-FIXES: co_await begin();
  derive();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'derived' returned by 'derive' is never awaited, so its result and exceptions are lost
  // CHECK-FIXES: co_await derive();
  auto polled = begin();
  while (!polled.ready()) {
  }
  auto _ = begin();
  spawn(begin());
  co_return;
}

// Work that runs already is lost by an early exit too.
eager early_exit(bool ok) {
  auto t = begin();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  if (!ok)
    co_return;
  co_await t;
}

other::job<int> uses_job() {
  get();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'other::job<int>' returned by 'get' is never awaited [async-unawaited-task]
  // CHECK-FIXES: co_await get();
  const auto kept = get();
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'kept' holds a 'other::job<int>' that is never awaited [async-unawaited-task]
  // CHECK-FIXES: const auto kept = co_await get();
  co_return co_await get();
}

// A fix only where the coroutine takes the type.
strict uses_strict() {
  begin();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'eager' returned by 'begin' is never awaited
  // CHECK-FIXES: begin();
  exact();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'strict' returned by 'exact' is never awaited, so it never runs
  // CHECK-FIXES: co_await exact();
  co_return;
}

eager uses_generator(bool c) {
  auto numbers = count();
  if (c)
    co_await numbers;
  count();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'generator' returned by 'count' is never awaited, so it never runs
  // CHECK-FIXES: co_await count();
}
