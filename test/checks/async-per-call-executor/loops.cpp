// RUN: %check_async_tidy %s async-per-call-executor

// What main starts happens once, unless it stands in a loop.

#include "mini.h"

void work();
mini::task<int> accept();

mini::task<> session(int) {
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down with every call of coroutine 'session'
  pool.submit(work);
  co_return;
}

mini::task<> listener() {
  mini::thread_pool shared(4);
  for (;;) {
    mini::spawn(session(co_await accept()));
    std::thread helper(work);
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: thread 'helper' ('std::thread') is created and torn down with every call of coroutine 'listener'
    helper.join();
  }
}

mini::task<> threads_once() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back(work);
  for (auto &thread : threads)
    thread.join();
  co_return;
}

int main() {
  mini::sync_wait(listener());
  mini::sync_wait(threads_once());
  mini::sync_wait([]() -> mini::task<> {
    mini::thread_pool once(2);
    while (true) {
      mini::thread_pool again(2);
      // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: thread pool 'again' ('mini::thread_pool') is created and torn down
      co_await accept();
    }
  }());
  auto handle = [](int) -> mini::task<> {
    mini::thread_pool each(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: thread pool 'each' ('mini::thread_pool') is created and torn down
    co_return;
  };
  for (int i = 0; i < 3; ++i)
    mini::sync_wait(handle(i));
}
