// RUN: %check_async_tidy %s async-unawaited-task

// Callables that make a task, handed to something that drops what they return.

#include "mini.h"
#include <algorithm>
#include <future>
#include <memory>

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

struct button {
  std::function<void()> on_click;
  std::function<void(int)> on_key;
  void press();
};
struct account {
  mini::task<> close();
};

void assigned(button &ok, account &mine, std::map<int, std::function<void()>> &timers, bool late) {
  std::function<void()> callback;
  callback = [] { return save(1); };
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:14: note: whoever calls it through 'std::function<void ()>' drops what it returns
  ok.on_click = []() -> mini::task<> { co_await save(1); };
  // CHECK-NOTES: :[[@LINE-1]]:17: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:17: note: whoever calls it through 'std::function<void ()>' drops what it returns
  ok.on_key = save;
  // CHECK-NOTES: :[[@LINE-1]]:15: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:15: note: whoever calls it through 'std::function<void (int)>' drops what it returns
  auto work = []() -> mini::task<> { co_await flush(); };
  if (late)
    timers[1] = work;
  // CHECK-NOTES: :[[@LINE-1]]:17: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:17: note: whoever calls it through 'std::function<void ()>' drops what it returns
  callback = std::bind(save, 1);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:14: note: whoever calls it through 'std::function<void ()>' drops what it returns
  std::function<void()> bound = std::bind(&account::close, &mine);
  // CHECK-NOTES: :[[@LINE-1]]:33: warning: the 'mini::task<>' returned by 'account::close' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:33: note: whoever calls it through 'std::function<void ()>' drops what it returns
  callback = std::move(work);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:14: note: whoever calls it through 'std::function<void ()>' drops what it returns
}

void in_place(std::vector<std::function<void()>> &callbacks) {
  callbacks.emplace_back([] { return save(1); });
  // CHECK-NOTES: :[[@LINE-1]]:26: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:26: note: whoever calls it through 'std::function<void ()>' drops what it returns
  callbacks.emplace_back(flush);
  // CHECK-NOTES: :[[@LINE-1]]:26: warning: the 'mini::task<>' returned by 'flush' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:26: note: whoever calls it through 'std::function<void ()>' drops what it returns
  auto shared = std::make_shared<std::function<void()>>([] { return flush(); });
  // CHECK-NOTES: :[[@LINE-1]]:57: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:57: note: whoever calls it through 'std::function<void ()>' drops what it returns
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

// Whoever calls it gets the task, or nothing makes one.
struct dialog {
  std::function<mini::task<>()> on_close;
  std::function<void()> on_click;
};
void assigned_silently(dialog &d, dialog &other, std::vector<std::function<void()>> &callbacks,
                       std::vector<std::function<mini::task<>()>> &steps, std::vector<mini::task<>> &tasks) {
  d.on_close = flush;
  d.on_close = [] { return save(1); };
  d.on_close = std::bind(save, 1);
  d.on_click = [] { mini::spawn(flush()); };
  d.on_click = [&] { tasks.push_back(flush()); };
  d.on_click = []() -> eager { co_await begin(); };
  d.on_click = other.on_click;
  d.on_click = std::move(other.on_click);
  d.on_click = nullptr;
  d.on_click = {};
  callbacks.emplace_back([] { mini::spawn(flush()); });
  callbacks.emplace_back(d.on_click);
  callbacks.emplace_back();
  steps.emplace_back(flush);
  steps.emplace_back(std::bind(save, 2));
  auto call = std::bind(save, 3);
  tasks.push_back(call());
}
