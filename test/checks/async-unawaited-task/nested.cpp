// RUN: %check_async_tidy %s async-unawaited-task

// Operations that come out of co_await.

#include "mini.h"

mini::task<> work();
mini::task<mini::task<>> twice();
mini::task<int> number();

mini::task<> dropped() {
  co_await twice();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' that this 'co_await' gives is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: {{^  }}co_await co_await twice();
  (co_await twice());
  // CHECK-MESSAGES: :[[@LINE-1]]:4: warning: the 'mini::task<>' that this 'co_await' gives is never awaited
  // CHECK-FIXES: {{^  }}(co_await co_await twice());
  auto t = co_await twice();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds a 'mini::task<>' that is never awaited, so it never runs
  // CHECK-FIXES: {{^  }}co_await co_await twice();
}

mini::task<> on_a_path(bool b) {
  auto t = co_await twice();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-MESSAGES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (b)
    co_await std::move(t);
}

// No fix: it would drop the next operation.
mini::task<> outer() {
  twice();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<mini::task<>>' returned by 'twice' is never awaited
  // CHECK-FIXES: {{^  }}twice();
  auto kept = twice();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'kept' holds a 'mini::task<mini::task<>>' that is never awaited
  // CHECK-FIXES: {{^  }}auto kept = twice();
  co_return;
}

// A handle to work that somebody runs, an event, and what is awaited.
struct handle {
  struct promise_type {
    handle get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};
struct event {
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};
struct group {
  mini::task<handle> spawn(mini::task<> work);
};
mini::task<event> make_event();
mini::task<mini::task<>> fine(group &g) {
  co_await g.spawn(work());
  co_await make_event();
  auto e = co_await make_event();
  co_await number();
  (void)co_await twice();
  co_await co_await twice();
  auto t = co_await twice();
  co_await std::move(t);
  co_return co_await twice();
}
