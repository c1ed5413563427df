// RUN: %check_async_tidy %s async-capturing-lambda -- -- -I%project/runtime/include

// The reference runtime: scopes, handles and combinators.

#include <asyncrt/asyncrt.hpp>

using namespace asyncrt;
using namespace std::chrono_literals;

void use(int);

task<> spawned(int x) {
  auto handle = spawn([x]() -> task<> { co_await sleep_for(1ms); use(x); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: this lambda coroutine uses its capture 'x' when the closure is gone [async-capturing-lambda]
  co_await handle;
}

task<> scoped(int x) {
  counting_scope scope;
  for (int i = 0; i != 3; ++i) {
    auto work = [&x, i]() -> task<> { co_await sleep_for(1ms); use(x + i); };
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'x'
    scope.spawn(work());
  }
  co_await scope.join();
}

task<> in_a_group(int x) {
  co_await with_task_group([&](task_group &group) -> task<> {
    auto work = [&]() -> task<> { co_await sleep_for(1ms); use(x); };
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'x'
    group.spawn(work());
    co_return;
  });
}

task<> silent(int x) {
  auto work = [&]() -> task<> { co_await sleep_for(1ms); use(x); };
  counting_scope scope;
  scope.spawn(work());
  scope.spawn(work());
  co_await scope.join();
  auto handle = spawn(work());
  co_await handle;
  co_await with_task_group([&](task_group &group) -> task<> {
    group.spawn(work());
    co_return;
  });
  co_await when_all(work(), [&]() -> task<> { co_await sleep_for(1ms); use(x); }());
  co_await retry([&]() -> task<> { co_await sleep_for(1ms); use(x); });
}

void from_outside(int x) {
  run([&]() -> task<> { co_await sleep_for(1ms); use(x); }());
}
