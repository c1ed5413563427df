// RUN: %check_async_tidy %s async-capturing-lambda -std=c++23

// C++23: the coroutine gets a copy of the closure.

#include "mini.h"

mini::task<> step();
void use(int);
template <class F> void in_background(F f) { mini::spawn(f()); }

struct Counter {
  int value = 0;
  void start() {
    mini::spawn([this]() -> mini::task<> { co_await step(); ++value; }());
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'this'
    // CHECK-FIXES: mini::spawn([this](this auto) -> mini::task<> { co_await step(); ++value; }());
  }
};

void copies(int x, std::unique_ptr<int> p) {
  mini::spawn([x](int y) -> mini::task<> { co_await step(); use(x + y); }(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x' when the closure is gone [async-capturing-lambda]
  // CHECK-FIXES: mini::spawn([x](this auto, int y) -> mini::task<> { co_await step(); use(x + y); }(1));
  in_background([x]() -> mini::task<> { co_await step(); use(x); });
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'x'
  // CHECK-FIXES: in_background([x](this auto) -> mini::task<> { co_await step(); use(x); });
  mini::spawn([p = std::move(p)]() -> mini::task<> { co_await step(); use(*p); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'p'
  // CHECK-FIXES: mini::spawn([p = std::move(p)](this auto) -> mini::task<> { co_await step(); use(*p); }());
}

void not_copied(int x) {
  mini::spawn([&x]() -> mini::task<> { co_await step(); use(x); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x'
  // CHECK-FIXES: mini::spawn([&x]() -> mini::task<> { co_await step(); use(x); }());
  mini::spawn([x]() mutable -> mini::task<> { co_await step(); use(++x); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x'
  // CHECK-FIXES: mini::spawn([x]() mutable -> mini::task<> { co_await step(); use(++x); }());
  mini::spawn([x](this auto) -> mini::task<> { co_await step(); use(x); }());
}
