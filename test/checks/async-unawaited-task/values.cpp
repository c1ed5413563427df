// RUN: %check_async_tidy %s async-unawaited-task

// Values that co_await merely unpacks, handles to work that runs, and objects that wait when they go.

#include "mini.h"

template <class T> struct unpack {
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  T await_resume();
};

//===-- Plain values ------------------------------------------------------------------------------------------===//

template <class T> struct expected {
  bool has_value() const;
  T &value();
  unpack<T> operator co_await();
};
template <class T> struct result {
  struct promise_type {
    result get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void return_value(T value);
    void unhandled_exception();
  };
  explicit operator bool() const;
  T &operator*();
  unpack<T> operator co_await();
};
// What tells that it has a value but waits to be started is no plain value.
struct lazy {
  struct promise_type {
    lazy get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_value(int value);
    void unhandled_exception();
  };
  explicit operator bool() const;
  int value();
  unpack<int> operator co_await();
};
// Neither is what cannot be looked into.
struct pending {
  explicit operator bool() const;
  unpack<int> operator co_await();
};
expected<int> parse();
result<int> check();
lazy later();
pending start_reading();

void values() {
  parse();
  check();
  auto kept = parse();
  auto other = check();
  if (other)
    values();
  later();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'lazy' returned by 'later' is never awaited, so it never runs [async-unawaited-task]
  start_reading();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'pending' returned by 'start_reading' is never awaited
}

//===-- Handles -----------------------------------------------------------------------------------------------===//

struct handle : unpack<void> {};
template <class Work> struct keeping : unpack<void> {
  Work work;
};
struct with_member : unpack<void> {
  std::vector<mini::task<>> work;
};
mini::task<> save(int id);
handle create_task(mini::task<> work);
handle go(std::function<mini::task<>()> make);
handle keep_running(mini::task<> work);
template <class F> handle ensure_future(F make) { return keep_running(make()); }
handle look_at(mini::task<> &work);
keeping<mini::task<>> with_timeout(mini::task<> work);
with_member when_both(mini::task<> a, mini::task<> b);
mini::task<> launch(mini::task<> work);
struct scope {
  handle fork(mini::task<> work);
};

void handles(scope &in, mini::task<> &shared) {
  create_task(save(1));
  go([] { return save(1); });
  ensure_future([]() -> mini::task<> { co_await save(1); });
  keep_running(save(1));
  in.fork(save(1));
  auto kept = keep_running(save(2));
  // It keeps the operation, is one that waits to be awaited, or only looked at it.
  with_timeout(save(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'keeping<mini::task<>>' returned by 'with_timeout' is never awaited
  when_both(save(1), save(2));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'with_member' returned by 'when_both' is never awaited
  launch(save(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'launch' is never awaited, so it never runs
  look_at(shared);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'handle' returned by 'look_at' is never awaited
}

//===-- Destructors that wait ---------------------------------------------------------------------------------===//

struct joining : unpack<void> {
  ~joining() {
    if (thread.joinable())
      thread.join();
  }
  std::thread thread;
};
struct derived : joining {};
template <class T> struct waiting : unpack<T> {
  ~waiting() { finish(); }
  void finish() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return done; });
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
};
struct unhooking : unpack<void> {
  ~unhooking() {
    std::lock_guard<std::mutex> lock(*mutex);
    node = nullptr;
  }
  std::mutex *mutex;
  void *node;
};
joining join_later();
derived derive();
waiting<int> wait_later();
unhooking unhook();

void destructors() {
  join_later();
  derive();
  wait_later();
  unhook();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'unhooking' returned by 'unhook' is never awaited
}

// An awaiter that has nothing to hold is complete as it is made; a task without a coroutine is none.
struct switch_threads {
  switch_threads() {}
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> waiting) { waiting.resume(); }
  void await_resume() {}
};
struct plain_switch {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> waiting) { waiting.resume(); }
  void await_resume() {}
};
mini::task<> made_in_place() {
  switch_threads();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}switch_threads' {{.*}}is never awaited
  switch_threads{};
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}switch_threads' {{.*}}is never awaited
  plain_switch();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}plain_switch' {{.*}}is never awaited
  plain_switch{};
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}plain_switch' {{.*}}is never awaited
  auto kept = plain_switch{};
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'kept' holds a {{.*}}plain_switch' that is never awaited
  mini::task<>();
  std::suspend_always{};
  co_await switch_threads();
  co_await plain_switch{};
}
