// RUN: %check_async_tidy %s async-unjoined-scope -check-suffix=ON
// RUN: %check_async_tidy %s async-unjoined-scope -check-suffix=OFF -- --config="{CheckOptions: {async-unjoined-scope.InferScopes: false}}"

// Scopes that nobody described: a destructor that ends the program, and a member that is awaited to join.

#include "mini.h"

#include <cassert>

struct nursery {
  int running = 0;
  ~nursery() {
    if (running != 0)
      std::terminate();
  }
  void spawn(mini::task<> work);
  void start(int priority, mini::task<> work);
  mini::task<> join();
  int left() const { return running; }
};

struct asserting {
  int running = 0;
  ~asserting() { assert(running == 0); }
  template <class Make> void spawn(Make make) { (void)make; }
  mini::task<> join_all();
};

mini::task<> work();

mini::task<> leaves_early(bool c) {
  nursery jobs;
  // CHECK-MESSAGES-ON: :[[@LINE-1]]:11: warning: 'jobs' is not joined on every path: its destructor ends the program [async-unjoined-scope]
  // CHECK-MESSAGES-ON: :[[@LINE+4]]:3: note: it is given work here
  // CHECK-MESSAGES-ON: :[[@LINE+4]]:7: note: it is not joined when this is true
  // CHECK-MESSAGES-ON: :[[@LINE-4]]:11: note: 'nursery' is taken for a scope of tasks because of its members and its destructor; see the option InferScopes

  jobs.spawn(work());
  if (c)
    co_return;
  co_await jobs.join();
}

mini::task<> makes_work() {
  asserting jobs;
  // CHECK-MESSAGES-ON: :[[@LINE-1]]:13: warning: nobody joins 'jobs', which has work in it: its destructor ends the program
  jobs.spawn([]() -> mini::task<> { co_return; });
  co_await work();
}

mini::task<> second_argument() {
  nursery jobs;
  // CHECK-MESSAGES-ON: :[[@LINE-1]]:11: warning: nobody joins 'jobs', which has work in it
  jobs.start(1, work());
  co_await work();
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

mini::task<> joins() {
  nursery jobs;
  jobs.spawn(work());
  co_await jobs.join();
}

// Its destructor waits.
struct waits {
  ~waits();
  void spawn(mini::task<> work);
  mini::task<> join();
};

// Nothing says that it minds.
struct harmless {
  ~harmless() {}
  void spawn(mini::task<> work);
  mini::task<> join();
};

// It joins nothing.
struct thread_like {
  ~thread_like() { std::terminate(); }
  void start(mini::task<> work);
  void join();
};

// What it starts is no work.
struct machine {
  ~machine() { std::terminate(); }
  void start(int gear);
  mini::task<> join();
};

mini::task<> others() {
  waits one;
  one.spawn(work());
  harmless two;
  two.spawn(work());
  thread_like three;
  three.start(work());
  machine four;
  four.start(1);
  co_return;
}
