// RUN: %check_async_tidy %s async-capturing-lambda

// The notes lead from the closure to its late use.

#include "mini.h"

mini::task<> step();
void use(int);

struct scope {
  void spawn(mini::task<> t);
};

template <class F> void in_background(F f) { mini::spawn(f()); }

void by_name(scope &s, int x) {
  s.spawn([x]() -> mini::task<> {
    co_await step();
    use(x);
  }());
  // CHECK-NOTES: :[[@LINE-4]]:11: warning: this lambda coroutine uses its capture 'x' when the closure is gone [async-capturing-lambda]
  // CHECK-NOTES: :[[@LINE-5]]:3: note: 'scope::spawn' runs the task beyond the end of this expression
  // CHECK-NOTES: :[[@LINE-6]]:3: note: 'scope::spawn' is taken for a function that runs tasks in the background, by its name
  // CHECK-NOTES: :[[@LINE-4]]:3: note: the closure is a temporary, which is gone by then
  // CHECK-NOTES: :[[@LINE-7]]:5: note: it is suspended here
  // CHECK-NOTES: :[[@LINE-7]]:9: note: 'x' is read from the closure here
  // CHECK-NOTES: :[[@LINE-10]]:11: note: pass what it captures as parameters: those live in the coroutine's frame
}

void by_its_body(int x) {
  in_background([x]() -> mini::task<> {
    co_await step();
    use(x);
  });
  // CHECK-NOTES: :[[@LINE-4]]:17: warning: this lambda coroutine uses its capture 'x' when the closure is gone [async-capturing-lambda]
  // CHECK-NOTES: :[[@LINE-22]]:58: note: 'in_background{{.*}}' calls it here
  // CHECK-NOTES: :[[@LINE-23]]:46: note: 'mini::spawn' runs the task beyond the end of this expression
  // CHECK-NOTES: :[[@LINE-24]]:41: note: the closure is 'f', which is gone by then
  // CHECK-NOTES: :[[@LINE-7]]:5: note: it is suspended here
  // CHECK-NOTES: :[[@LINE-7]]:9: note: 'x' is read from the closure here
}

/// What is read on one way and awaited on another may have been read at once.
void on_another_way(int x, bool later) {
  mini::spawn([x, later]() -> mini::task<> {
    if (later)
      co_await step();
    else
      use(x);
  }());
}
