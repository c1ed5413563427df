// RUN: %check_async_tidy %s async-dangling-parameter
// RUN: %check_async_tidy %s async-dangling-parameter -- -- -DMINI_DISCARDABLE
// RUN: %stock_clang_tidy --checks=-*,cppcoreguidelines-avoid-reference-coroutine-parameters %s -- -std=c++20 -I%project/test/Inputs 2>/dev/null | grep "\[cpp" | FileCheck --implicit-check-not=warning: --check-prefix=STOCK %s

// Code in the style of structured concurrency: references are handed down, and each task is awaited by whoever makes it,
// or beside what it refers to. clang-tidy's own check reports every reference parameter of every coroutine.

#include "mini.h"
#include <array>
#include <span>
#include <string_view>

void work(const std::string &);
mini::task<> step();

mini::task<> by_reference(const std::string &text) {
  // STOCK: :[[@LINE-1]]:27: warning: coroutine parameters should not be references
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
  // STOCK: :[[@LINE-1]]:24: warning: coroutine parameters should not be references
  co_await step();
  work(text);
}
template <class... T> mini::task<> when_all(mini::task<T>... tasks) { (co_await std::move(tasks), ...); }
template <class T> mini::task<T> with_timeout(std::chrono::milliseconds, mini::task<T> task) {
  co_return co_await std::move(task);
}

mini::task<> awaited_at_once(std::string name) {
  co_await by_reference("x");
  co_await by_reference(name + "x");
  co_await by_rvalue(std::move(name));
  const int size = co_await by_view(std::to_string(1)) + co_await by_view("x");
  co_await by_pointer(&size);
}

mini::task<> awaited_together(std::string name) {
  std::string other = "x";
  co_await when_all(by_reference(name), by_reference("x"), by_view(other));
  co_await with_timeout(std::chrono::milliseconds(1), by_reference(name + other));
  co_await when_all(with_timeout(std::chrono::milliseconds(1), by_reference("x")), step());
}

mini::task<int> returned(const std::string &name) {
  // STOCK: :[[@LINE-1]]:26: warning: coroutine parameters should not be references
  co_return co_await by_view(name + "x");
}

// A task beside what it refers to.
mini::task<> kept_and_awaited() {
  std::string name = "x";
  auto first = by_reference(name);
  auto second = by_view(name);
  co_await step();
  co_await std::move(first);
  co_await std::move(second);
}
mini::task<> kept_in_a_container(std::vector<std::string> names) {
  std::vector<mini::task<>> tasks;
  for (const std::string &name : names)
    tasks.push_back(by_reference(name));
  for (mini::task<> &task : tasks)
    co_await std::move(task);
}
mini::task<> kept_on_some_path(bool c) {
  std::string name = "x";
  auto task = by_reference(name);
  if (c)
    co_await std::move(task);
}
mini::task<> in_each_round(int times) {
  for (int i = 0; i != times; ++i) {
    std::string name = std::to_string(i);
    auto task = by_reference(name);
    co_await step();
    co_await std::move(task);
  }
}

// What lives longer than any task here.
const std::string global = "x";
mini::task<> of_global() {
  static const std::string local = "x";
  mini::spawn(by_reference(global));
  mini::spawn(by_reference(local));
  auto task = by_view("literal");
  co_await std::move(task);
}
mini::task<> of_reference(const std::string &name) {
  // STOCK: :[[@LINE-1]]:27: warning: coroutine parameters should not be references
  mini::spawn(by_reference(name));
  co_await step();
}

// It waits for the task in some other way.
void runs_the_loop(mini::event_loop &loop) {
  std::string name = "x";
  mini::spawn(by_reference(name));
  loop.run();
}
void waits() {
  std::string name = "x";
  mini::sync_wait(by_reference(name));
  auto task = by_reference(name);
  mini::sync_wait(std::move(task));
}

// The coroutine does not use it any more when it goes on, or not at all.
mini::task<> ignores(const std::string &) { co_await step(); }
// STOCK: :[[@LINE-1]]:22: warning: coroutine parameters should not be references
mini::task<> ignored() {
  auto task = ignores("x");
  co_await std::move(task);
}

// Who takes the task is not known.
void takes(mini::task<> task);
struct holder {
  mini::task<> task;
};
mini::task<> given_away(holder &h) {
  // STOCK: :[[@LINE-1]]:25: warning: coroutine parameters should not be references
  std::string name = "x";
  takes(by_reference(name));
  h.task = by_reference(name);
  co_await std::move(h.task);
}

// A function that only returns it is async-dangling-task's.
mini::task<> only_returns() { return by_reference("x"); }
