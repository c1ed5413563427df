// RUN: %check_async_tidy %s async-unawaited-task
// RUN: %check_async_tidy %s async-unawaited-task -- -- -DMINI_DISCARDABLE

// A task that is kept in a local variable which never does anything with it.

#include "mini.h"
#include <array>
#include <memory>
#include <tuple>

mini::task<> save(int id);
mini::task<int> load(int id);
std::pair<mini::task<>, mini::task<int>> both();
struct halves {
  mini::task<> first;
  mini::task<int> second;
};
halves split();

mini::task<> variables(int id) {
  auto plain = save(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'plain' holds a 'mini::task<>' that is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: co_await save(id);
  const auto constant = load(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'constant' holds a 'mini::task<int>' that is never awaited, so it never runs
  // CHECK-FIXES: const auto constant = co_await load(id);
  auto &&bound = load(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'bound' holds a 'mini::task<int>' that is never awaited
  // CHECK-FIXES: auto &&bound = co_await load(id);
  const auto &extended = load(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'extended' holds
  // CHECK-FIXES: const auto &extended = co_await load(id);
  auto braced{load(id)};
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'braced' holds
  // CHECK-FIXES: auto braced{co_await load(id)};
  auto parenthesized(load(id));
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'parenthesized' holds
  // CHECK-FIXES: auto parenthesized(co_await load(id));
  // The declared type would no longer fit, so nothing is fixed here.
  mini::task<int> typed = load(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'typed' holds a 'mini::task<int>' that is never awaited, so it never runs
  // CHECK-FIXES: mini::task<int> typed = load(id);
  auto chosen = id > 0 ? load(id) : load(-id);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'chosen' holds
  auto one = save(1), other = save(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'one' holds
  // CHECK-MESSAGES: :[[@LINE-2]]:23: warning: 'other' holds
  // CHECK-FIXES: auto one = save(1), other = save(2);
  co_return;
}

mini::task<> in_statements(bool c) {
  if (auto t = load(1); c)
    // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 't' holds a 'mini::task<int>' that is never awaited
    // CHECK-FIXES: if (auto t = co_await load(1); c)
    co_return;
  for (auto t = save(1); c;)
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 't' holds a 'mini::task<>' that is never awaited
    // CHECK-FIXES: for (auto t = save(1); c;)
    c = !c;
  switch (auto t = load(2); c) {
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 't' holds
  // CHECK-FIXES: switch (auto t = co_await load(2); c) {
  default:;
  }
}

mini::task<> assigned(bool c) {
  mini::task<> later;
  if (c)
    later = save(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'later' holds a 'mini::task<>' that is never awaited, so it never runs
  co_return;
}

// Looking at a task is not awaiting it.
mini::task<bool> only_looked_at() {
  auto t = save(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds a 'mini::task<>' that is never awaited
  t;
  t.valid();
  if (t.done())
    co_return true;
  std::move(t);
  co_return t.valid();
}

mini::task<> bindings() {
  auto [first, second] = both();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'first' holds a 'mini::task<>' that is never awaited
  // CHECK-MESSAGES: :[[@LINE-2]]:16: warning: 'second' holds a 'mini::task<int>' that is never awaited
  auto [left, right] = split();
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'right' holds a 'mini::task<int>' that is never awaited
  co_await std::move(left);
}

mini::task<> containers() {
  std::vector<mini::task<>> many;
  many.reserve(2);
  for (int i = 0; i != 2; ++i)
    many.push_back(save(i));
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'many' keeps a 'mini::task<>' that is never awaited, so it never runs
  std::vector<mini::task<int>> emplaced;
  emplaced.emplace_back(load(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'emplaced' keeps a 'mini::task<int>' that is never awaited
  std::optional<mini::task<>> maybe = save(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: 'maybe' keeps a 'mini::task<>' that is never awaited
  std::array<mini::task<>, 2> two{save(1), save(2)};
  // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: 'two' keeps a 'mini::task<>' that is never awaited
  mini::task<> raw[] = {save(1), save(2)};
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'raw' keeps a 'mini::task<>' that is never awaited
  auto tuple = std::make_tuple(save(1), load(2));
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'tuple' keeps a 'mini::task<>' that is never awaited
  std::pair<int, mini::task<>> pair{1, save(2)};
  // CHECK-MESSAGES: :[[@LINE-1]]:32: warning: 'pair' keeps a 'mini::task<>' that is never awaited
  auto owned = std::make_unique<mini::task<>>(save(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'owned' keeps a 'mini::task<>' that is never awaited
  std::vector<std::optional<mini::task<>>> nested;
  nested.emplace_back(save(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'nested' keeps a 'mini::task<>' that is never awaited
  co_return;
}

// In plain functions as well, and in loops.
void plain(int n) {
  while (n-- > 0) {
    auto t = load(n);
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 't' holds a 'mini::task<int>' that is never awaited, so it never runs
    // CHECK-FIXES: auto t = load(n);
  }
}

struct service {
  service(int id) {
    auto t = load(id);
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 't' holds
  }
};
