// RUN: %check_async_tidy %s async-capturing-lambda -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/continuations.yaml'}}"

// Continuations: what a function is known to destroy when its call has returned, and what keeps the closure.

#include "mini.h"

mini::task<> step();
void use(int);

namespace futures {
/// Runs at once, and on when it is dropped.
struct future {
  struct promise_type {
    future get_return_object() const { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const {}
    void unhandled_exception() const {}
  };
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  template <class F> future then(F) { return {}; }
};
/// Keeps a reference to a closure that somebody else has.
template <class F> struct lambda {
  F *closure;
  lambda(F &&f) : closure(&f) {}
  future operator()() const { return (*closure)(); }
};
} // namespace futures

futures::future ready();

struct Server {
  int clients = 0;
  futures::future start() {
    return ready().then([this]() -> futures::future {
      // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: this lambda coroutine uses its capture 'this' when the closure is gone [async-capturing-lambda]
      co_await step();
      use(clients);
    });
  }
};

futures::future continued(int x) {
  co_await ready().then([x]() -> futures::future { co_await step(); use(x); });
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: this lambda coroutine uses its capture 'x'
  auto named = [x]() -> futures::future { co_await step(); use(x); };
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: this lambda coroutine uses its capture 'x'
  co_await ready().then(named);
}

// A task that runs by itself.
void by_itself(int x) {
  [x]() -> futures::future { co_await step(); use(x); }();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this lambda coroutine uses its capture 'x'
}

futures::future silent(int x) {
  auto named = [x]() -> futures::future { co_await step(); use(x); };
  co_await ready().then(std::ref(named));
  co_await ready().then(futures::lambda([x]() -> futures::future { co_await step(); use(x); }));
  co_await ready().then([x]() -> futures::future { use(x); co_await step(); });
  co_await ready().then([x] { use(x); return ready(); });
  co_await ready().then([x]() -> mini::task<> { co_await step(); use(x); });
  co_await named();
}
