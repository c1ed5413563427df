// RUN: %check_async_tidy %s async-unawaited-task

// Lambdas: as the body that drops, as the coroutine whose task is dropped, and as the keeper of a task.

#include "mini.h"

mini::task<> save(int id);
mini::task<int> load(int id);
template <class F> void run(F f) { f(1); }

mini::task<> bodies(mini::event_loop &loop) {
  loop.post([] { save(1); });
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: loop.post([] { save(1); });
  auto coroutine = []() -> mini::task<> {
    save(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: co_await save(2);
    co_return;
  };
  co_await coroutine();
  run([](auto id) { save(id); });
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: the 'mini::task<>' returned by 'save'
  auto nested = [] {
    return [] {
      auto t = load(3);
      // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 't' holds a 'mini::task<int>' that is never awaited
      // CHECK-FIXES: auto t = load(3);
    };
  };
  nested()();
}

mini::task<> calls() {
  []() -> mini::task<> { co_return; }();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-FIXES: co_await []() -> mini::task<> { co_return; }();
  auto work = [](int id) { return save(id); };
  work(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by this lambda is never awaited
  // CHECK-FIXES: co_await work(1);
  auto t = work(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds a 'mini::task<>' that is never awaited
  // CHECK-FIXES: co_await work(2);
  std::function<mini::task<>()> stored = [] { return save(3); };
  stored();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'std::function<mini::task<> ()>::operator()'
  // CHECK-FIXES: co_await stored();
  mini::task<> (*pointer)(int) = save;
  pointer(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this 'mini::task<>' is never awaited
  // CHECK-FIXES: co_await pointer(4);
  co_return;
}

mini::task<> captures() {
  auto forgets = [t = save(1)] {};
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 't' keeps a 'mini::task<>' that is never awaited, so it never runs
  auto looks = [t = save(2)] { return t.valid(); };
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 't' keeps a 'mini::task<>' that is never awaited
  auto awaits = [t = save(3)]() mutable -> mini::task<> { co_await std::move(t); };
  forgets();
  looks();
  co_await awaits();
}
