// RUN: %check_async_tidy %s async-capturing-lambda -fix-notes -match-partial-fixes

// Captures become parameters.

#include "mini.h"

mini::task<> step();
void use(int);
int make();

struct Counter {
  int value = 0;
  void add(int n);
  void start(int x, std::string text) {
    mini::spawn([this, x, &text, n = make() + 1]() mutable -> mini::task<> {
      // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'this'
      // CHECK-FIXES: mini::spawn([](auto *self, auto x, auto &text, auto n) mutable -> mini::task<> {
      co_await step();
      // CHECK-FIXES: co_await step();
      value += x + n;
      // CHECK-FIXES: self->value += x + n;
      this->add(static_cast<int>(text.size()));
      // CHECK-FIXES: self->add(static_cast<int>(text.size()));
      add(1);
      // CHECK-FIXES: self->add(1);
    }());
    // CHECK-FIXES: }(this, x, text, make() + 1));
  }
};

void arguments(int x, int y) {
  mini::spawn([=](int z) -> mini::task<> { co_await step(); use(x + y + z); }(3));
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x'
  // CHECK-FIXES: mini::spawn([](auto x, auto y, int z) -> mini::task<> { co_await step(); use(x + y + z); }(x, y, 3));
  mini::spawn(([&x]() -> mini::task<> { co_await step(); use(x); })());
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: this lambda coroutine uses its capture 'x'
  // CHECK-FIXES: mini::spawn(([](auto &x) -> mini::task<> { co_await step(); use(x); })(x));
}

#define THREE 3
void none(int x) {
  int many[2] = {x, x};
  mini::spawn([many]() -> mini::task<> { co_await step(); use(many[0]); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'many'
  // CHECK-FIXES: mini::spawn([many]() -> mini::task<> { co_await step(); use(many[0]); }());
  mini::spawn([n{x}]() -> mini::task<> { co_await step(); use(n); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'n'
  // CHECK-FIXES: mini::spawn([n{x}]() -> mini::task<> { co_await step(); use(n); }());
  mini::spawn([n = THREE]() -> mini::task<> { co_await step(); use(n); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'n'
  // CHECK-FIXES: mini::spawn([n = THREE]() -> mini::task<> { co_await step(); use(n); }());
}

struct Nested {
  int value = 0;
  void start() {
    mini::spawn([this]() -> mini::task<> { co_await step(); [this] { ++value; }(); }());
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'this'
    // CHECK-FIXES: mini::spawn([this]() -> mini::task<> { co_await step(); [this] { ++value; }(); }());
  }
};
