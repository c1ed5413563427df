// RUN: %check_async_tidy %s async-blocking-call -- -config='{CheckOptions: {async-blocking-call.AllowedFunctions: "allowed; allowed_too; std::this_thread::sleep_until"}}'
// What is allowed does not hide a longer way to the same function that is not.

#include "mini.h"

static void low() { std::this_thread::sleep_for(std::chrono::seconds(1)); }
static void allowed() { low(); }
static void allowed_too(int) { low(); }
static void deep() { low(); }
static void deeper() { deep(); }

static void both() {
  allowed();
  deeper();
}
static void only_allowed() {
  allowed();
  allowed_too(1);
}
static void only_deeper() {
  allowed_too(2);
  only_allowed();
  both();
}
// A condition on the call shuts the other way.
static void maybe(bool deep) {
  allowed();
  if (deep)
    deeper();
}
// A function that calls itself, and a callable that is run.
static void again(int n) {
  allowed();
  if (n)
    again(n - 1);
}
template <class F> static void run(F f) {
  allowed();
  f();
}
static void until() { std::this_thread::sleep_until(std::chrono::steady_clock::now()); }

mini::task<> coroutine() {
  both();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'both' blocks the thread that runs coroutine 'coroutine': it leads to 'std::this_thread::sleep_for', which sleeps [async-blocking-call]
  // CHECK-MESSAGES: :14:3: note: which calls 'deeper' here
  // CHECK-MESSAGES: :10:24: note: which calls 'deep' here
  // CHECK-MESSAGES: :9:22: note: which calls 'low' here
  // CHECK-MESSAGES: :6:21: note: which calls 'std::this_thread::sleep_for' here
  only_allowed();
  only_deeper();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'only_deeper' blocks the thread
  // CHECK-MESSAGES: :23:3: note: which calls 'both' here
  // CHECK-MESSAGES: :14:3: note: which calls 'deeper' here
  allowed();
  maybe(false);
  maybe(true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'maybe' blocks the thread
  // CHECK-MESSAGES: :29:5: note: which calls 'deeper' here
  again(3);
  run([] {});
  run(deep);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'deep' blocks the thread
  // CHECK-MESSAGES: :9:22: note: which calls 'low' here
  until();
  [] {
    allowed();
    deeper();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'deeper' blocks the thread
  }();
  co_return;
}
