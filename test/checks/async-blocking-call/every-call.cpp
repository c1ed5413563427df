// RUN: %check_async_tidy %s async-blocking-call

// Every call that leaves the coroutine is a finding of its own, wherever it leads.

#include "mini.h"
#include <fstream>
#include <future>
#include <unistd.h>

using namespace std::chrono_literals;

void nap() { std::this_thread::sleep_for(1s); }
void open() { std::ifstream file("x"); }
void both() {
  nap();
  open();
}

mini::task<> twice() {
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'twice'
  nap(); // NOLINT: only this one is meant
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'twice'
  co_return;
}

mini::task<> one_finding_per_call() {
  both();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'both' blocks the thread that runs coroutine 'one_finding_per_call': it leads to '{{.*}}', which
  // CHECK-MESSAGES: note: which calls
  open();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'open' blocks the thread that runs coroutine 'one_finding_per_call': it leads to 'std::{{.*}}ifstream
  auto again = [] {
    nap();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'nap' blocks the thread that runs coroutine 'one_finding_per_call'
    nap();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'nap' blocks the thread that runs coroutine 'one_finding_per_call'
  };
  again();
  again();
  co_return;
}

// Asking one future says nothing about another one.
struct Pair {
  std::future<int> first, second;
};
mini::task<int> the_other_one(Pair a, Pair b) {
  a.first.wait();
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: {{.*}}wait' waits for another thread
  int sum = a.first.get();
  sum += b.first.get();
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: {{.*}}get' waits for another thread
  sum += a.second.get();
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: {{.*}}get' waits for another thread
  co_return sum;
}

// The same function object, unless somebody else could have set it in between.
void set(std::function<void()> &action);
mini::task<> function_objects(bool other) {
  std::function<void()> kept = nap;
  kept();
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks
  std::function<void()> given = nap;
  set(given);
  given();
  std::function<void()> swapped = nap, harmless = [] {};
  swapped.swap(harmless);
  swapped();
  std::function<void()> captured = nap;
  auto change = [&] { captured = nullptr; };
  change();
  captured();
  void (*pointer)() = nap;
  if (other)
    pointer = nullptr;
  pointer();
  co_return;
}

mini::task<> never() {
  if (false)
    nap();
  if (true)
    nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'nap' blocks
  co_return;
}
