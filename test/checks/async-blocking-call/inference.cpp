// RUN: %check_async_tidy %s async-blocking-call -check-suffix=ON
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=OFF -- -config='{CheckOptions: {async-blocking-call.InferLibraries: false}}'

// A library nobody described: what is inferred from a standard term is said, and can be turned off.

#include "mini.h"

void callback(mini::event_loop &loop) {
  loop.post([] { std::this_thread::sleep_for(std::chrono::seconds(1)); });
  // CHECK-NOTES-ON: :[[@LINE-1]]:18: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs a callback of the event loop [async-blocking-call]
  // CHECK-NOTES-ON: :[[@LINE-2]]:8: note: 'post' is taken for a function that lets the event loop run it, because of its name and the type it is called with
}

mini::task<> coroutine() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  // CHECK-NOTES-ON: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs coroutine 'coroutine' [async-blocking-call]
  // CHECK-NOTES-OFF: :[[@LINE-2]]:3: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs coroutine 'coroutine' [async-blocking-call]
  co_return;
}
