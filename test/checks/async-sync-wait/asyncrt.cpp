// RUN: %check_async_tidy %s async-sync-wait -- -- -I%project/runtime/include

// This project's own runtime, where running a loop inside of a running one ends the program.

#include <asyncrt/asyncrt.hpp>

using namespace asyncrt;
using namespace std::chrono_literals;

task<int> price();
task<> store(int);

task<> known() {
  co_await sleep_for(1ms);
  const int now = run(price());
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'asyncrt::run' waits for a task and holds the thread that runs coroutine 'known' [async-sync-wait]
  // CHECK-FIXES: {{^}}  const int now = co_await price();{{$}}
  asyncrt::run(store(now));
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: 'asyncrt::run' waits for a task and holds the thread that runs coroutine 'known' [async-sync-wait]
  // CHECK-FIXES: {{^}}  co_await store(now);{{$}}
}

task<> gives_something_else() {
  co_await sleep_for(1ms);
  const std::optional<int> maybe = sync_wait(price()); // empty if it is stopped
  // CHECK-NOTES: :[[@LINE-1]]:36: warning: 'asyncrt::sync_wait' waits for a task and holds the thread that runs coroutine 'gives_something_else' [async-sync-wait]
  // CHECK-FIXES: {{^}}  const std::optional<int> maybe = sync_wait(price()); // empty if it is stopped{{$}}
  co_await store(maybe.value_or(0));
}

task<> loops(event_loop &loop) {
  co_await sleep_for(1ms);
  loop.run();
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'asyncrt::event_loop::run' runs an event loop and holds the thread that runs coroutine 'loops' [async-sync-wait]
  loop.run_one();
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'asyncrt::event_loop::run_one' runs an event loop and holds the thread that runs coroutine 'loops' [async-sync-wait]
  co_await store(loop.run_until(price()));
  // CHECK-NOTES: :[[@LINE-1]]:23: warning: 'asyncrt::event_loop::run_until' waits for a task and holds the thread that runs coroutine 'loops' [async-sync-wait]
  // CHECK-NOTES: :[[@LINE-2]]:23: note: await it on the loop that runs already
}

void callback(event_loop &loop) {
  loop.post([] { run(store(1)); });
  // CHECK-NOTES: :[[@LINE-1]]:18: warning: 'asyncrt::run' waits for a task and holds the thread that runs a callback of the event loop [async-sync-wait]
}

int main() { run(known()); }
