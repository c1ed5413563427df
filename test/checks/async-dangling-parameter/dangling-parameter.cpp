// RUN: %check_async_tidy %s async-dangling-parameter
// RUN: %check_async_tidy %s async-dangling-parameter -- -- -DMINI_DISCARDABLE

// Arguments that die before the task which refers to them has ended: in every position, and for everything that can die.

#include "mini.h"
#include <memory>
#include <span>
#include <string_view>

void work(const std::string &);
mini::task<> step();

mini::task<> by_reference(const std::string &text) {
  co_await step();
  work(text);
}
mini::task<int> by_view(std::string_view text) {
  co_await step();
  co_return static_cast<int>(text.size());
}
mini::task<> by_pointer(const int *number) {
  co_await step();
  work(std::to_string(*number));
}
mini::task<> by_rvalue(std::string &&text) {
  co_await step();
  work(text);
}
mini::task<> with_default(const std::string &text = "nothing") {
  co_await step();
  work(text);
}
template <class... T> mini::task<> when_all(mini::task<T>... tasks) { (co_await std::move(tasks), ...); }

mini::task<> common_case() {
  auto task = by_reference("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: a temporary 'std::string' dies before the task that refers to it has ended [async-dangling-parameter]
  co_await std::move(task);
}

mini::task<> view(int number) {
  auto task = by_view(std::to_string(number));
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: a temporary 'std::string' dies before the task that refers to it has ended
  co_await std::move(task);
}

mini::task<> rvalue() {
  auto task = by_rvalue(std::string("x"));
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: a temporary 'std::string' dies
  co_await std::move(task);
}

mini::task<> default_argument() {
  auto task = with_default();
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: a temporary 'std::string' dies
  co_await std::move(task);
}

mini::task<> spawned_with_temporary() {
  mini::spawn(by_reference("x"));
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: a temporary 'std::string' dies
  co_return;
}

mini::task<> spawned_with_local() {
  std::string local = "x";
  mini::spawn(by_reference(local));
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: local variable 'local' dies before the task that refers to it has ended
  co_return;
}

mini::task<> spawned_with_parameter(std::string name) {
  mini::spawn(by_reference(name));
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: parameter 'name' dies before the task that refers to it has ended
  co_return;
}

void plain(int number) {
  mini::spawn(by_pointer(&number));
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: parameter 'number' dies
}

mini::task<> in_a_loop(const std::vector<int> &numbers) {
  std::vector<mini::task<>> tasks;
  for (int number : numbers) {
    std::string name = std::to_string(number);
    tasks.push_back(by_reference(name));
    // CHECK-MESSAGES: :[[@LINE-1]]:34: warning: local variable 'name' dies
  }
  for (mini::task<> &task : tasks)
    co_await std::move(task);
}

mini::task<> in_a_block(bool c) {
  mini::task<> task;
  if (c) {
    std::string name = "x";
    task = by_reference(name);
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: local variable 'name' dies
  }
  co_await std::move(task);
}

// In other positions.
mini::task<> conditional(bool c, const std::string &other) {
  auto task = c ? by_reference(other) : by_reference("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:54: warning: a temporary
  co_await std::move(task);
}
mini::task<> initialiser() {
  mini::task<> task{by_reference("x")};
  // CHECK-MESSAGES: :[[@LINE-1]]:34: warning: a temporary
  co_await std::move(task);
}
mini::task<> in_condition() {
  if (auto task = by_reference("x"); task.valid())
    // CHECK-MESSAGES: :[[@LINE-1]]:32: warning: a temporary
    co_await std::move(task);
}
mini::task<mini::task<>> co_returned() {
  co_return by_reference("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: a temporary
}
mini::task<> gathered() {
  auto all = when_all(by_reference("x"), by_view("literal"));
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: a temporary
  co_await std::move(all);
}

#define KEEP(name, f) auto name = f
mini::task<> in_macro() {
  KEEP(task, by_reference("x"));
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: a temporary
  co_await std::move(task);
}

template <class T> mini::task<> in_template(T value) {
  auto task = by_reference(value + "x");
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: a temporary
  co_await std::move(task);
}
template mini::task<> in_template(std::string);

auto lambda = []() -> mini::task<> {
  auto task = by_reference("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: a temporary
  co_await std::move(task);
};

// Through functions that only pass on, and as what a lambda captured.
mini::task<> passes_on(const std::string &text) { return by_reference(text); }
mini::task<> passed_on() {
  auto task = passes_on("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: a temporary
  co_await std::move(task);
}
template <class F> mini::task<> invoke(F callable) { co_await callable(); }
mini::task<> captured() {
  std::string local = "x";
  mini::spawn(invoke([&] { return by_reference(local); }));
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: local variable 'local' dies
  co_return;
}

// A coroutine that begins at once and uses its parameter after a suspension.
struct eager {
  struct promise_type {
    eager get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
eager begins(const std::string &name) {
  work(name);
  co_await step();
  const std::string &again = name;
  work(again);
}
mini::task<> keeps_eager() {
  auto running = begins("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: a temporary
  co_await running;
}

// A body that is not visible.
mini::task<> declared(const std::string &text);
mini::task<> not_visible() {
  auto task = declared("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: a temporary 'std::string' dies before the task that may refer to it has ended
  co_await std::move(task);
}
