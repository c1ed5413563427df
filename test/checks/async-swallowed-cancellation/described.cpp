// RUN: %check_async_tidy %s async-swallowed-cancellation -- -config='{CheckOptions: {async.KnowledgeFiles: "%S/Inputs/libraries.yaml"}}'

// Libraries that a knowledge file describes: only one of them cancels by an exception, and its name does not say so.

#include <coroutine>
#include <cstdio>
#include <exception>

#define LIBRARY                                                                                                        \
  struct Task {                                                                                                        \
    bool await_ready() const noexcept { return false; }                                                                \
    void await_suspend(std::coroutine_handle<>) const noexcept {}                                                      \
    void await_resume() const;                                                                                         \
    struct promise_type {                                                                                              \
      Task get_return_object() const noexcept { return {}; }                                                           \
      std::suspend_always initial_suspend() const noexcept { return {}; }                                              \
      std::suspend_always final_suspend() const noexcept { return {}; }                                                \
      void return_void() const noexcept {}                                                                             \
      void unhandled_exception() const noexcept {}                                                                     \
    };                                                                                                                 \
  };                                                                                                                   \
  Task other();

// Like KJ: who cancels destroys the frame.
namespace frames {
LIBRARY
Task poll() {
  for (;;)
    try {
      co_await other();
    } catch (...) {
    }
}
} // namespace frames

// Like std::execution: set_stopped() is no exception.
namespace values {
LIBRARY
Task poll() {
  for (;;)
    try {
      co_await other();
    } catch (const std::exception &) {
    } catch (...) {
    }
}
} // namespace values

// Like QCoro: nothing is ever cancelled.
namespace silent {
LIBRARY
Task poll() {
  for (;;)
    try {
      co_await other();
    } catch (...) {
    }
}
} // namespace silent

namespace known {
struct Unwind {};
struct Cancelled : std::exception {}; // not what the library throws
LIBRARY

Task by_type() {
  for (;;)
    try {
      co_await other();
    } catch (const Unwind &) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const Unwind &)' swallows the cancellation of coroutine 'by_type': its loop goes on [async-swallowed-cancellation]
      std::puts("unwinding");
    }
}

Task everything() {
  for (;;)
    try {
      co_await other();
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'everything': its loop goes on
      // CHECK-FIXES: {{^}}    } catch (const known::Unwind &) {
      // CHECK-FIXES-NEXT: {{^}}      throw;
      // CHECK-FIXES-NEXT: {{^}}    } catch (...) {
    }
}

Task another_type() {
  for (;;)
    try {
      co_await other();
    } catch (const std::exception &) {
    }
}
} // namespace known
