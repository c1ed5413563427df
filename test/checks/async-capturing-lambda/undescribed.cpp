// RUN: %check_async_tidy %s async-capturing-lambda
// RUN: %check_async_tidy %s async-capturing-lambda -- -- -DMINI_DISCARDABLE

// A library nobody described: where closures die first, in every position, and where they do not.

#include "mini.h"

mini::task<> step();
mini::task<int> measure();
void use(int);

void common_case(int x) {
  mini::spawn([x]() -> mini::task<> {
    // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x' when the closure is gone [async-capturing-lambda]
    co_await step();
    use(x);
  }());
}

struct Session {
  int id = 0;
  mini::task<> stored_;
  std::vector<mini::task<>> all_;
  Session(int n)
      : id(n), stored_([n]() -> mini::task<> { co_await step(); use(n); }()) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: this lambda coroutine uses its capture 'n' when the closure is gone
  void start() {
    mini::spawn([this]() -> mini::task<> {
      // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'this' when the closure is gone
      co_await step();
      use(id);
    }());
    stored_ = [this]() -> mini::task<> { co_await step(); use(id); }();
    // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'this' when the closure is gone
    all_.push_back([this]() -> mini::task<> { co_await step(); use(id); }());
    // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: this lambda coroutine uses its capture 'this' when the closure is gone
  }
};

mini::task<> returns(int x) {
  return [=]() -> mini::task<> { co_await step(); use(x); }();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: this lambda coroutine uses its capture 'x' when the closure is gone
}

mini::task<> returns_a_name(int x, bool c) {
  auto work = [&x]() -> mini::task<> { co_await step(); use(x); };
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x' when the closure is gone
  if (c)
    return work();
  return step();
}

mini::task<> kept(int x) {
  auto later = [x]() -> mini::task<> { use(x); co_return; }();
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: this lambda coroutine uses its capture 'x' when the closure is gone
  co_await step();
  co_await std::move(later);
}

mini::task<> in_a_container(int x) {
  std::vector<mini::task<>> tasks;
  tasks.push_back([&]() -> mini::task<> { co_await step(); use(x); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: this lambda coroutine uses its capture 'x' when the closure is gone
  for (mini::task<> &one : tasks)
    co_await std::move(one);
}

mini::task<> dies_in_a_loop(int x) {
  std::vector<mini::task<>> tasks;
  for (int i = 0; i != 3; ++i) {
    auto work = [x]() -> mini::task<> { co_await step(); use(x); };
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'x' when the closure is gone
    tasks.push_back(work());
  }
  for (mini::task<> &one : tasks)
    co_await std::move(one);
}

mini::task<> positions(int x, bool c) {
  mini::spawn(c ? [x]() -> mini::task<> { co_await step(); use(x); }() : step());
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: this lambda coroutine uses its capture 'x'
  use(1), mini::spawn(([x]() -> mini::task<> { co_await step(); use(x); })());
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: this lambda coroutine uses its capture 'x'
  if (mini::spawn([x]() -> mini::task<> { co_await step(); use(x); }()); c)
    // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: this lambda coroutine uses its capture 'x'
    co_return;
  auto inside = [] (int y) {
    mini::spawn([y]() -> mini::task<> { co_await step(); use(y); }());
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'y'
  };
  inside(1);
  std::function<mini::task<>()> erased = [x]() -> mini::task<> { co_await step(); use(x); };
  // CHECK-MESSAGES: :[[@LINE-1]]:42: warning: this lambda coroutine uses its capture 'x'
  mini::spawn(erased());
  mini::spawn([y = x + 1](int z) -> mini::task<> { co_await step(); use(y + z); }(2));
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'y'
  mini::spawn([&](auto z) -> mini::task<> { co_await step(); use(x + z); }(2));
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x'
  mini::spawn([x]() -> mini::task<> { for (;;) { use(x); co_await step(); } }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x'
}

template <class T> void in_a_template(T x) {
  mini::spawn([x]() -> mini::task<> { co_await step(); use(x); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x'
}
template void in_a_template(int);

#define SPAWN(...) mini::spawn(__VA_ARGS__)
void in_a_macro(int x) {
  SPAWN([x]() -> mini::task<> { co_await step(); use(x); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: this lambda coroutine uses its capture 'x'
}

//--- Functions that are given the closure.

template <class F> void in_background(F f) { mini::spawn(f()); }
template <class F> void in_background_by_reference(F &&f) { mini::spawn(std::forward<F>(f)()); }
template <class F> mini::task<> call(F f) { return f(); }
template <class F> mini::task<> keep(F f) { co_await f(); }
template <class F> void wait(F f) { mini::sync_wait(f()); }
void erased_in_background(std::function<mini::task<>()> f) { mini::spawn(f()); }
void somewhere_else(std::function<mini::task<>()> f);

mini::task<> given(int x) {
  in_background([x]() -> mini::task<> { co_await step(); use(x); });
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'x'
  in_background_by_reference([x]() -> mini::task<> { co_await step(); use(x); });
  // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: this lambda coroutine uses its capture 'x'
  co_await call([x]() -> mini::task<> { co_await step(); use(x); });
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'x'
  erased_in_background([x]() -> mini::task<> { co_await step(); use(x); });
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: this lambda coroutine uses its capture 'x'
  auto named = [x]() -> mini::task<> { co_await step(); use(x); };
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: this lambda coroutine uses its capture 'x'
  in_background(named);
  mini::spawn(keep([x]() -> mini::task<> { co_await step(); use(x); }));
  wait([x]() -> mini::task<> { co_await step(); use(x); });
  somewhere_else([x]() -> mini::task<> { co_await step(); use(x); });
}

//--- What lives long enough.

mini::task<> both(mini::task<> a, mini::task<> b);
mini::task<> with_timeout(mini::task<> a, int seconds);

mini::task<> silent(int x, bool c) {
  co_await [x]() -> mini::task<> { co_await step(); use(x); }();
  co_await both([&]() -> mini::task<> { co_await step(); use(x); }(),
                [&]() -> mini::task<> { co_await step(); use(x); }());
  co_await with_timeout(c ? [&]() -> mini::task<> { co_await step(); use(x); }() : step(), 1);
  auto named = [&]() -> mini::task<> { co_await step(); use(x); };
  co_await named();
  auto first = named(), second = named();
  co_await both(std::move(first), std::move(second));
  static auto forever = [x]() -> mini::task<> { co_await step(); use(x); };
  mini::spawn(forever());
  mini::spawn([]() -> mini::task<> { co_await step(); }());
  mini::spawn([](int y) -> mini::task<> { co_await step(); use(y); }(x));
  mini::spawn([x]() -> mini::task<> { use(x); co_await step(); }());
  mini::spawn([x]() -> mini::task<> { const int mine = x; co_await step(); use(mine); }());
  mini::spawn([x] { use(x); return step(); }());
  auto never = [x]() -> mini::task<> { co_await step(); use(x); }();
  auto whole = [x]() -> mini::task<> { co_await step(); use(x); };
  std::vector<mini::task<>> tasks;
  tasks.push_back(whole());
  for (mini::task<> &one : tasks)
    co_await std::move(one);
}

std::function<mini::task<>()> gives_the_closure_away(int x) {
  return [x]() -> mini::task<> { co_await step(); use(x); };
}

void waits(int x) {
  mini::sync_wait([&]() -> mini::task<> { co_await step(); use(x); }());
  auto t = [&] { return step(); }();
  mini::sync_wait(std::move(t));
  mini::event_loop loop;
  auto named = [&]() -> mini::task<> { co_await loop.schedule(); use(x); };
  mini::spawn(named());
  loop.run();
}

void forever(int x, mini::event_loop &loop) {
  auto named = [&]() -> mini::task<> { co_await loop.schedule(); use(x); };
  for (;;)
    mini::spawn(named());
}
