// RUN: %check_async_tidy %s async-unawaited-task

// Callables that make a task, handed to something that drops what they return.

#include "mini.h"
#include <algorithm>
#include <future>

mini::task<> save(int id);
mini::task<> flush();
void later(std::function<void()> work);
void typed(std::function<mini::task<>()> work);

void dropped(std::vector<int> ids, mini::event_loop &loop) {
  std::for_each(ids.begin(), ids.end(), [](int id) -> mini::task<> { co_await save(id); });
  // CHECK-NOTES: :[[@LINE-1]]:41: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs [async-unawaited-task]
  // CHECK-NOTES: :[[@LINE-2]]:41: note: 'std::for_each' drops what it returns
  std::for_each(ids.begin(), ids.end(), save);
  // CHECK-NOTES: :[[@LINE-1]]:41: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:41: note: 'std::for_each' drops what it returns
  std::ranges::for_each(ids, [](int id) { return save(id); });
  // CHECK-NOTES: :[[@LINE-1]]:30: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:30: note: 'std::ranges::for_each' drops what it returns
  std::thread thread([]() -> mini::task<> { co_await save(1); });
  // CHECK-NOTES: :[[@LINE-1]]:22: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:22: note: 'std::thread' drops what it returns
  thread.join();
  std::function<void()> callback = []() -> mini::task<> { co_await save(1); };
  // CHECK-NOTES: :[[@LINE-1]]:36: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:36: note: whoever calls it through 'std::function<void ()>' drops what it returns
  later(flush);
  // CHECK-NOTES: :[[@LINE-1]]:9: warning: the 'mini::task<>' returned by 'flush' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:9: note: whoever calls it through 'std::function<void ()>' drops what it returns
  auto work = [] { return flush(); };
  loop.post(work);
  // CHECK-NOTES: :[[@LINE-1]]:13: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:13: note: whoever calls it through 'std::function<void ()>' drops what it returns
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

// It runs by itself, somebody gets what it returns, or it is not this callable that is called.
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
};
eager begin();
void run_with(mini::task<> (*make)());
void kept(std::vector<int> ids, std::vector<mini::task<>> &tasks) {
  later([]() -> eager { co_await begin(); });
  later([] { mini::spawn(flush()); });
  typed(flush);
  std::function<mini::task<>()> make = flush;
  auto copy = make;
  std::transform(ids.begin(), ids.end(), std::back_inserter(tasks), [](int id) { return save(id); });
  std::thread thread(run_with, flush);
  thread.join();
  auto made = std::async([] { return flush(); });
}
