// RUN: %check_async_tidy %s async-blocking-call -check-suffix=DEFAULT
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=LOCK -- -config='{CheckOptions: {async-blocking-call.Kinds: "lock"}}'
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=DIRECT -- -config='{CheckOptions: {async-blocking-call.FollowCalls: false}}'
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=OWN -- -config='{CheckOptions: {async-blocking-call.BlockingFunctions: "mine::fetch* -> use mine::co_fetch", async-blocking-call.AllowedFunctions: "std::this_thread::sleep_for -> a short nap; nap -> bounded", async-blocking-call.Kinds: "sleep"}}'

#include "mini.h"

namespace mine {
void fetch_all();
}

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

mini::task<> coroutine(std::mutex &mutex) {
  nap();
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'coroutine'
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  // CHECK-MESSAGES-DIRECT: :[[@LINE-2]]:3: warning: 'std::this_thread::sleep_for' sleeps
  mutex.lock();
  // CHECK-MESSAGES-LOCK: :[[@LINE-1]]:9: warning: 'std::mutex::lock' waits for a lock
  mine::fetch_all();
  // CHECK-MESSAGES-OWN: :[[@LINE-1]]:3: warning: 'mine::fetch_all' is declared as blocking and blocks the thread that runs coroutine 'coroutine'
  mutex.unlock();
  co_return;
}
