// RUN: %check_async_tidy %s async-unawaited-task
// RUN: %check_async_tidy %s async-unawaited-task -- -- -DMINI_DISCARDABLE

// Code that looks like a lost task and is none. The file expects no finding.

#include "mini.h"
#include <map>
#include <memory>
#include <tuple>
#include <utility>

mini::task<> save(int id);
mini::task<int> load(int id);
mini::task<> when_all(mini::task<> a, mini::task<> b);
mini::task<> all(std::vector<mini::task<>> tasks);
void keep(mini::task<> &task);
void own(std::unique_ptr<mini::task<>> task);
template <class... T> void pass(T &&...);

// The official opt-out.
mini::task<> cast_to_void() {
  (void)save(1);
  static_cast<void>(save(2));
  void(save(3));
  std::ignore = load(4);
  auto t = save(5);
  (void)t;
  co_return;
}

mini::task<> unevaluated() {
  using type = decltype(save(1));
  static_assert(sizeof(save(1)) > 0);
  static_assert(!noexcept(save(1)));
  static_assert(requires { save(1); });
  co_await type(save(2));
}

// Fluent calls hand back what they are called on.
struct builder {
  builder &with(int option);
  builder &&then(int option) &&;
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};
builder &global_builder();
mini::task<> fluent(builder b) {
  b.with(1).with(2);
  global_builder();
  std::move(b).then(3);
  std::move(b);
  co_return;
}

// Objects that can be awaited and are no results of operations.
struct event {
  event();
  explicit event(int initial);
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};
mini::task<> events(event &shared, mini::task<> parameter, mini::task<> *pointer) {
  event first;
  event second(1);
  event third{2};
  event &alias = shared;
  auto copy = shared;
  mini::task<> empty;
  co_return;
}

struct holder {
  mini::task<> member = save(1);
  holder() : other(save(2)) { third = save(3); }
  mini::task<> other, third;
};

mini::task<> handed_on() {
  co_await save(1);
  auto a = save(1), b = save(2);
  co_await when_all(std::move(a), std::move(b));
  auto c = save(3);
  mini::spawn(std::move(c));
  auto d = save(4);
  keep(d);
  auto e = save(5);
  pass(&e);
  auto f = save(6);
  auto &g = f;
  co_await std::move(g);
  auto h = save(7);
  auto i = [h = std::move(h)]() mutable -> mini::task<> { co_await std::move(h); };
  co_await i();
  auto j = save(8);
  auto k = [&] { keep(j); };
  k();
  auto l = save(9);
  auto m = std::move(l);
  co_await std::move(m);
  auto n = save(10);
  auto o = std::make_tuple(std::move(n), 1);
  co_await std::move(std::get<0>(o));
  auto p = std::make_unique<mini::task<>>(save(11));
  own(std::move(p));
  mini::task<> q;
  keep(q = save(12));
  auto *r = new mini::task<>(save(13));
  pass(r);
  struct pair {
    mini::task<> x, y;
  } s{save(14), save(15)};
  co_await when_all(std::move(s.x), std::move(s.y));
}

mini::task<int> returned(bool c) {
  auto t = load(1);
  return t;
}
mini::task<int> returned_in_arms(bool c) {
  auto a = load(1), b = load(2);
  co_return c ? (co_await std::move(a), co_await std::move(b)) : (co_await std::move(b), co_await std::move(a));
}

mini::task<> containers(int n) {
  std::vector<mini::task<>> tasks;
  for (int i = 0; i != n; ++i)
    tasks.push_back(save(i));
  for (auto &task : tasks)
    co_await std::move(task);
  std::map<int, mini::task<>> by_id;
  by_id.emplace(1, save(1));
  co_await std::move(by_id.at(1));
  std::vector<mini::task<>> others;
  others.push_back(save(2));
  co_await all(std::move(others));
  std::vector<mini::task<>> empty;
  empty.reserve(3);
  auto shared = std::make_shared<event>();
}

mini::task<> once() {
  static auto t = save(1);
  static thread_local auto u = save(2);
  co_return;
}

// Names that say "unused" excuse work that runs anyway or whose start is unknown.
struct future {
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  int await_resume();
};
future begin_work();
mini::task<> marked() {
  [[maybe_unused]] auto keep_alive = begin_work();
  auto _ = begin_work();
  auto unused_future = begin_work();
  co_return;
}

// What can be awaited many times may be awaited no time.
mini::task<> many_times(int n) {
  auto ticks = begin_work();
  while (n-- > 0)
    co_await ticks;
}

// A plain function named like one that lets go of a task, and values that are not awaitable.
struct result {
  int value;
};
result compute();
mini::detail::detached fire();
void others() {
  compute();
  fire();
  mini::spawn(save(1));
}

// A test that wants to see the making of an operation fail; elsewhere that would be a mistake.
void fail(const char *);
void test_method() {
  try {
    auto made = save(2);
    fail("should throw");
  } catch (const std::exception &) {
  }
}
