// RUN: %check_async_tidy %s async-detached-task

// Coroutines that nobody can await, of types that nobody described: what becomes of an exception shows in the promise.

#include "mini.h"

#include <stdexcept>

struct forgetful {
  struct promise_type {
    forgetful get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept {}
  };
};

struct rest {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};

void log(const char *text);

mini::task<int> load(int row) {
  if (row < 0)
    throw std::out_of_range("row");
  co_return row;
}

forgetful refresh(int row) {
  co_await rest{};
  co_await load(row);
}
// CHECK-MESSAGES: :[[@LINE-4]]:11: warning: when 'refresh' fails, nobody learns of it: its promise drops the exception [async-detached-task]
// CHECK-MESSAGES: :[[@LINE-3]]:12: note: 'refresh' awaits 'load' here
// CHECK-MESSAGES: :[[@LINE-10]]:5: note: 'load' throws here

void in_lambda() {
  auto start = [](int row) -> forgetful {
    // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: when this lambda fails, nobody learns of it: its promise drops the exception
    co_await load(row);
  };
  start(1);
}

struct cache {
  forgetful refresh() {
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: when 'cache::refresh' fails, nobody learns of it
    co_await load(1);
  }
};

template <class Row> forgetful refresh_row(Row row) {
  // CHECK-MESSAGES: :[[@LINE-1]]:32: warning: when 'refresh_row' fails, nobody learns of it
  co_await load(row);
}
template forgetful refresh_row(int);
template forgetful refresh_row(long);

//===-- Silent ------------------------------------------------------------------------------------------------===//

template <auto Forgets> struct remembers {
  struct promise_type {
    remembers get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() { Forgets(); }
  };
};
inline void throws_on() { throw; }

remembers<std::terminate> ends_the_program() { co_await load(1); }
remembers<throws_on> throws_to_who_resumes() { co_await load(1); }
mini::detail::detached of_the_library() { co_await load(1); }

forgetful says_so(int row) {
  try {
    co_await load(row);
  } catch (const std::exception &e) {
    log(e.what());
  }
}

forgetful cannot_fail() { co_await rest{}; }
forgetful runs_something(mini::task<> work) { co_await std::move(work); }
forgetful promises_not_to() noexcept { co_await load(1); }

struct numbers {
  struct promise_type {
    int value;
    numbers get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(int v) noexcept {
      value = v;
      return {};
    }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept {}
  };
};

// Whoever takes the values sees that there are no more.
numbers generator(int from) {
  if (from < 0)
    throw std::out_of_range("from");
  co_yield from;
}
