// RUN: %check_async_tidy %s async-* -- -- -std=c++23

// What is computed at compile time delays nobody.

#include "mini.h"
#include <unistd.h>

constexpr int compiled(int x) {
  if consteval {
    return x;
  } else {
    return x + 1;
  }
}
constexpr int at_run_time(int x) {
  if !consteval {
    ::sleep(1);
  }
  return x;
}
mini::task<> run(mini::event_loop &loop) {
  if consteval {
    ::sleep(1);
  }
  co_await loop.sleep_for(std::chrono::seconds(1));
  compiled(1);
  try {
    co_await loop.sleep_for(std::chrono::seconds(1));
    if consteval {
    } else {
      throw 1;
    }
  } catch (...) {
    if !consteval {
      throw;
    }
  }
  at_run_time(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'at_run_time' blocks the thread that runs coroutine 'run': it leads to 'sleep', which sleeps [async-blocking-call]
}
