// RUN: %check_async_tidy %s async-blocking-call -check-suffix=DEFAULT,PLAIN
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=LOCK -- -config='{CheckOptions: {async-blocking-call.Kinds: "lock"}}'
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=DIRECT -- -config='{CheckOptions: {async-blocking-call.FollowCalls: false}}'
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=OWN -- -config='{CheckOptions: {async-blocking-call.BlockingFunctions: "mine::fetch* -> use mine::co_fetch", async-blocking-call.AllowedFunctions: "std::this_thread::sleep_for -> a short nap; nap -> bounded", async-blocking-call.Kinds: "sleep"}}'
// RUN: %check_async_tidy %s async-blocking-call -check-suffix=DEFAULT,NAMES -- -config='{CheckOptions: {async-blocking-call.BlockingFunctions: "app::stall", async-blocking-call.AllowedFunctions: "app::hidden_nap; app::old_nap; app::box::nap; app::outer::*"}}'

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

// Names leave out anonymous and inline namespaces and template arguments, as they do in knowledge files.
namespace app {
namespace {
void stall() {}
void hidden_nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
} // namespace
inline namespace v1 {
void old_nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
} // namespace v1
template <class T> struct box {
  void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
};
namespace outer {
inline auto local_nap = [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
struct door {
  operator bool() const {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return true;
  }
};
} // namespace outer
} // namespace app

mini::task<> names() {
  app::stall();
  // CHECK-MESSAGES-NAMES: :[[@LINE-1]]:3: warning: 'app::stall' is declared as blocking
  app::hidden_nap();
  // CHECK-MESSAGES-PLAIN: :[[@LINE-1]]:3: warning: 'hidden_nap' blocks the thread
  app::old_nap();
  // CHECK-MESSAGES-PLAIN: :[[@LINE-1]]:3: warning: 'old_nap' blocks the thread
  app::box<int>().nap();
  // CHECK-MESSAGES-PLAIN: :[[@LINE-1]]:19: warning: {{.*}} blocks the thread
  app::outer::local_nap();
  // CHECK-MESSAGES-PLAIN: :[[@LINE-1]]:3: warning: {{.*}} blocks the thread
  if (app::outer::door())
    // CHECK-MESSAGES-PLAIN: :[[@LINE-1]]:7: warning: {{.*}} blocks the thread
    co_return;
}
