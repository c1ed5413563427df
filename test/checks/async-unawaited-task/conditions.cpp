// RUN: %check_async_tidy %s async-unawaited-task

// Conditions that are written twice agree while they only look and nothing changes what they look at.

#include "mini.h"

mini::task<> save(int id);
bool lucky();
int shrink(int &n);
struct queue {
  bool pop();
  bool empty() const;
  void clear();
};

mini::task<> counted_down(int n) {
  auto t = save(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path [async-unawaited-task]
  if (n-- > 0)
    co_await std::move(t);
  if (!(n-- > 0))
    co_await std::move(t);
}

mini::task<> doing_twice(queue q) {
  auto t = save(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds
  if (q.pop())
    co_await std::move(t);
  if (!q.pop())
    co_await std::move(t);
  auto u = save(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'u' holds
  if (lucky())
    co_await std::move(u);
  if (!lucky())
    co_await std::move(u);
}

mini::task<> changed_between(queue q, int n) {
  auto t = save(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds
  if (q.empty())
    co_await std::move(t);
  q.clear();
  if (!q.empty())
    co_await std::move(t);
  auto u = save(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'u' holds
  if (n > 0)
    co_await std::move(u);
  n = n - 1;
  if (n <= 0)
    co_await std::move(u);
  auto v = save(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'v' holds
  if (n > 0)
    co_await std::move(v);
  shrink(n);
  if (n <= 0)
    co_await std::move(v);
}

mini::task<> changed_before(bool c) {
  mini::task<> t;
  if (c) {
    t = save(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 't' holds
    c = lucky();
  }
  if (c)
    co_await std::move(t);
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

mini::task<> looking_twice(queue q, int n, int *p) {
  auto t = save(1);
  if (q.empty())
    co_await std::move(t);
  if (!q.empty())
    mini::spawn(std::move(t));
  auto u = save(2);
  if (n > 0)
    co_await std::move(u);
  if (n <= 0)
    mini::spawn(std::move(u));
  auto v = save(3);
  if (p)
    co_await std::move(v);
  if (p == nullptr)
    mini::spawn(std::move(v));
}

// An object that converts to bool, its member that says the same, and accessors with a const twin.
mini::task<> optional(std::optional<int> o, std::map<int, int> m) {
  mini::task<> t;
  if (o)
    t = save(1);
  lucky();
  if (o)
    co_await std::move(t);
  auto u = save(2);
  if (o.has_value() && *o > 0)
    co_await std::move(u);
  if (!o || *o <= 0)
    mini::spawn(std::move(u));
  auto v = save(3);
  auto it = m.find(1);
  if (it == m.end())
    co_await std::move(v);
  if (it != m.end())
    mini::spawn(std::move(v));
}

mini::task<> either(int a, int b) {
  mini::task<> t;
  if (a == 1 || b == 2)
    t = save(1);
  if (a == 1 || b == 2)
    co_await std::move(t);
  mini::task<> u;
  if (!(a == 1 && b == 2))
    u = save(2);
  lucky();
  if (a == 1 && b == 2)
    co_return;
  co_await std::move(u);
}

// A flag that is set where the operation begins.
mini::task<> flag(int n) {
  bool started = false;
  mini::task<> t, u;
  if (n > 0) {
    t = save(1);
    started = true;
  }
  if (started)
    co_await std::move(t);
  bool other = false;
  if (n > 1) {
    other = true;
    u = save(2);
  }
  if (other)
    co_await std::move(u);
}

struct service {
  std::optional<int> limit;
  bool enabled;
  mini::task<> work() {
    mini::task<> t, u;
    if (limit)
      t = save(1);
    if (limit)
      co_await std::move(t);
    if (enabled)
      u = save(2);
    co_await save(3);
    if (enabled)
      co_await std::move(u);
  }
};

// A conditional operator makes the operation in one arm only, and then the other answer has none to lose.
mini::task<> arms(bool b, bool c) {
  auto t = b ? save(1) : mini::task<>{};
  if (b)
    co_await std::move(t);
  auto u = b ? mini::task<>{} : save(2);
  if (!b)
    co_await std::move(u);
  mini::task<> v;
  v = b && c ? save(3) : mini::task<>{};
  if (b)
    co_await std::move(v);
  auto w = b ? (c ? save(4) : mini::task<>{}) : mini::task<>{};
  if (c)
    co_await std::move(w);
}
mini::task<> wrong_arms(bool b, bool c) {
  auto t = b ? save(1) : mini::task<>{};
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  // CHECK-MESSAGES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (!b)
    co_await std::move(t);
  auto u = b ? save(2) : save(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'u' holds an operation that is not awaited on every path
  // CHECK-MESSAGES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (b)
    co_await std::move(u);
  auto v = b ? save(4) : mini::task<>{};
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'v' holds an operation that is not awaited on every path
  // CHECK-MESSAGES: :[[@LINE+1]]:7: note: it is not awaited when this is false
  if (c)
    co_await std::move(v);
  auto w = b ? save(5) : mini::task<>{};
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'w' holds an operation that is not awaited on every path
  // CHECK-MESSAGES: :[[@LINE+2]]:7: note: it is not awaited when this is false
  b = lucky();
  if (b)
    co_await std::move(w);
}
