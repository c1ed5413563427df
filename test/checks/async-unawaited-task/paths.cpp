// RUN: %check_async_tidy %s async-unawaited-task

// A task that is awaited on some paths only. The notes say on which not.

#include "mini.h"

mini::task<> save(int id);
mini::task<int> load(int id);
bool lucky();
[[noreturn]] void fail();
mini::task<> collect(std::vector<mini::task<>> tasks);

mini::task<> only_if(bool c) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path [async-unawaited-task]
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (c)
    co_await std::move(t);
}

mini::task<> only_else(bool c) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is not awaited when this is true
  if (c)
    fail, void();
  else
    co_await std::move(t);
}

mini::task<int> last_return(bool c) {
  auto t = load(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (c)
    co_return co_await std::move(t);
  co_return 0;
}

mini::task<int> both_conditions(bool a, bool b) {
  auto t = load(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (a && b)
    co_return co_await std::move(t);
  co_return 0;
}

mini::task<int> conditional_operator(bool c) {
  auto t = load(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:13: note: it is not awaited when this is false
  co_return c ? co_await std::move(t) : 0;
}

mini::task<> cases(int n) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is not awaited in some of these cases
  switch (n) {
  case 1:
    co_await std::move(t);
    break;
  case 2:
    break;
  }
}

mini::task<> loop(int n) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:10: note: it is not awaited when this is false
  while (n-- > 0) {
    co_await std::move(t);
    break;
  }
}

mini::task<> each(std::vector<int> ids) {
  for (int id : ids) {
    auto t = save(id);
    // CHECK-NOTES: :[[@LINE-1]]:10: warning: 't' holds an operation that is not awaited on every path
    // CHECK-NOTES: :[[@LINE+1]]:9: note: it is not awaited when this is false
    if (id > 0)
      co_await std::move(t);
  }
}

mini::task<> overwritten(bool c) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' is overwritten before the operation it holds is awaited
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is overwritten here
  t = save(2);
  co_await std::move(t);
}

mini::task<> overwritten_on_a_path(bool c) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' is overwritten before the operation it holds is awaited
  // CHECK-NOTES: :[[@LINE+2]]:7: note: it is not awaited when this is true
  // CHECK-NOTES: :[[@LINE+2]]:5: note: it is overwritten here
  if (c)
    t = save(2);
  co_await std::move(t);
}

mini::task<> second_value(bool c) {
  auto t = save(1);
  co_await std::move(t);
  t = save(2);
  // CHECK-NOTES: :[[@LINE-1]]:7: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (c)
    co_await std::move(t);
}

mini::task<> in_try(bool c) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+2]]:9: note: it is not awaited when this is false
  try {
    if (c)
      co_await std::move(t);
  } catch (const std::exception &) {
  }
}

void plain(bool c) {
  auto t = save(1);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (c)
    mini::spawn(std::move(t));
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

// An early exit gives up work that has not begun: that is how it is cancelled.
mini::task<int> guard_clause(bool ok) {
  auto t = load(1);
  if (!ok)
    co_return 0;
  co_return co_await std::move(t);
}

mini::task<> guard_in_a_loop(std::vector<int> ids) {
  for (int id : ids) {
    auto t = save(id);
    if (id == 0)
      continue;
    if (id < 0)
      break;
    co_await std::move(t);
  }
}

mini::task<> leaves_by_exception(bool ok) {
  auto t = save(1);
  if (!ok)
    throw std::runtime_error("no");
  if (lucky())
    fail();
  lucky();
  co_await std::move(t);
}

mini::task<int> handler_leaves(int id) {
  auto t = load(1);
  try {
    lucky();
  } catch (const std::exception &) {
    co_return 0;
  }
  co_return co_await std::move(t);
}

mini::task<> every_branch(int n) {
  auto t = save(1);
  if (n == 0)
    co_await std::move(t);
  else if (n == 1)
    mini::spawn(std::move(t));
  else
    co_await [](mini::task<> inner) -> mini::task<> { co_await std::move(inner); }(std::move(t));
}

// Conditions that are written twice agree with each other.
mini::task<> same_condition(bool c, int n) {
  mini::task<> t;
  if (c)
    t = save(1);
  lucky();
  if (c)
    co_await std::move(t);
  auto other = save(2);
  if (n > 0)
    co_await std::move(other);
  if (!(n > 0))
    mini::spawn(std::move(other));
}

mini::task<> same_condition_inside(bool c, bool d) {
  mini::task<> t;
  if (c && d)
    t = save(1);
  if (c) {
    if (d)
      co_await std::move(t);
  }
}

// Whoever asks about the task knows.
mini::task<> asked(bool c) {
  mini::task<> t;
  if (c)
    t = save(1);
  if (t.valid())
    co_await std::move(t);
  std::optional<mini::task<>> maybe;
  if (c)
    maybe = save(2);
  if (maybe)
    co_await *std::move(maybe);
}

mini::task<> next_one(int n) {
  auto t = load(0);
  for (;;) {
    int value = co_await std::move(t);
    t = load(value);
    if (value > n)
      break;
  }
}

mini::task<> endless() {
  auto t = save(1);
  while (true) {
    co_await std::move(t);
    t = save(2);
  }
}

mini::task<> filled_in_a_loop(int n) {
  std::vector<mini::task<>> tasks;
  for (int i = 0; i < n; ++i)
    tasks.push_back(save(i));
  for (int i = 0; i < n; ++i)
    co_await std::move(tasks[i]);
  std::vector<mini::task<>> others;
  others.push_back(save(1));
  co_await collect(std::move(others));
}

mini::task<> taken_apart() {
  auto t = save(1);
  do {
    co_await std::move(t);
  } while (lucky() && false);
}
