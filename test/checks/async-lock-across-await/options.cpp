// RUN: %check_async_tidy %s async-lock-across-await -check-suffix=LISTED -- --config="{CheckOptions: {async-lock-across-await.GuardTypes: 'gil -> the interpreter waits for this thread; trace*'}}"
// RUN: %check_async_tidy %s async-lock-across-await -check-suffix=TYPES -- --config="{CheckOptions: {async-lock-across-await.AllowedTypes: 'fiber_mutex -> the scheduler owns it; std::scoped_lock'}}"
// RUN: %check_async_tidy %s async-lock-across-await -check-suffix=AWAITABLES -- --config="{CheckOptions: {async-lock-across-await.AllowedAwaitables: 'ready_* -> done before; save'}}"

// Every option, with the value that changes what is found.

#include "mini.h"

mini::task<> save();
mini::task<> load();
mini::task<> ready_now();

struct gil {
  gil();
  ~gil();
};
struct trace_span {
  explicit trace_span(const char *name);
};
mini::task<> listed() {
  gil python;
  // CHECK-NOTES-LISTED: :[[@LINE-1]]:7: warning: 'python' lives on while the coroutine is suspended
  // CHECK-NOTES-LISTED: :[[@LINE+5]]:3: note: it is suspended here
  // CHECK-NOTES-LISTED: :[[@LINE-3]]:7: note: the interpreter waits for this thread
  trace_span span("listed");
  // CHECK-NOTES-LISTED: :[[@LINE-1]]:14: warning: 'span' lives on while the coroutine is suspended
  // CHECK-NOTES-LISTED: :[[@LINE+1]]:3: note: it is suspended here
  co_await load();
}

struct fiber_mutex {
  void lock();
  bool try_lock();
  void unlock();
};
fiber_mutex fiber;
std::mutex m;
mini::task<> types() {
  std::lock_guard lock(fiber);
  // CHECK-NOTES-LISTED: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES-LISTED: :[[@LINE+8]]:3: note: it is suspended here
  // CHECK-NOTES-AWAITABLES: :[[@LINE-3]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES-AWAITABLES: :[[@LINE+6]]:3: note: it is suspended here
  std::scoped_lock scoped(m);
  // CHECK-NOTES-LISTED: :[[@LINE-1]]:20: warning: 'scoped' holds a lock of this thread
  // CHECK-NOTES-LISTED: :[[@LINE+3]]:3: note: it is suspended here
  // CHECK-NOTES-AWAITABLES: :[[@LINE-3]]:20: warning: 'scoped' holds a lock of this thread
  // CHECK-NOTES-AWAITABLES: :[[@LINE+1]]:3: note: it is suspended here
  co_await load();
}

mini::task<> awaitables() {
  std::lock_guard lock(m);
  // CHECK-NOTES-LISTED: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES-LISTED: :[[@LINE+5]]:3: note: it is suspended here
  // CHECK-NOTES-LISTED: :[[@LINE+5]]:3: note: it is suspended here
  // CHECK-NOTES-TYPES: :[[@LINE-4]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES-TYPES: :[[@LINE+2]]:3: note: it is suspended here
  // CHECK-NOTES-TYPES: :[[@LINE+2]]:3: note: it is suspended here
  co_await ready_now();
  co_await save();
}
