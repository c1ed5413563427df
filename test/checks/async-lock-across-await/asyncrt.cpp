// RUN: %check_async_tidy %s async-lock-across-await -fix-notes -- -- -I%project/runtime/include

// This project's own runtime: its mutex is there to be held across an await.

#include <asyncrt/asyncrt.hpp>
#include <mutex>

using namespace asyncrt;
using namespace std::chrono_literals;

std::mutex m;
async_mutex a;
int counter;

task<> of_the_thread() {
  std::lock_guard lock(m);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-FIXES: {{^}}  std::lock_guard lock(m);
  ++counter;
  // CHECK-FIXES: {{^}}  }
  // CHECK-FIXES: {{^}}  co_await sleep_for(1ms);
  co_await sleep_for(1ms);
}

async_generator<int> yields() {
  co_await sleep_for(1ms);
  std::lock_guard lock(m);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  co_yield 1;
}

task<> of_the_coroutine() {
  auto lock = co_await a.lock_guard();
  co_await sleep_for(1ms);
  lock.unlock();
  co_await a.lock();
  co_await sleep_for(1ms);
  a.unlock();
}
