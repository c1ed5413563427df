// RUN: %check_async_tidy %s async-per-call-executor

// Executors that a coroutine, or something it calls, makes for one call.

#include "mini.h"
#include <future>
#include <memory>

void work();

mini::task<> local_pool(mini::event_loop &loop) {
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down with every call of coroutine 'local_pool' [async-per-call-executor]
  co_await mini::offload(pool, loop, [] { work(); });
}

mini::task<> local_loop() {
  mini::event_loop inner;
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: event loop 'inner' ('mini::event_loop') is created and torn down with every call of coroutine 'local_loop'
  inner.run();
  co_return;
}

mini::task<> bare_threads() {
  std::thread joined([] { work(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: thread 'joined' ('std::thread') is created and torn down with every call of coroutine 'bare_threads'
  joined.join();
  std::jthread guarded(work);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: thread 'guarded' ('std::jthread')
  std::thread(work).detach();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: a new thread ('std::thread') is started with every call of coroutine 'bare_threads'
  auto result = std::async(std::launch::async, [] { return 1; });
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: a new thread ('std::async') is started with every call
  co_return;
}

mini::task<> many_threads() {
  std::vector<std::thread> threads;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: threads in 'threads' ('std::thread') are created and torn down with every call of coroutine 'many_threads'
  for (int i = 0; i != 4; ++i)
    threads.emplace_back(work);
  for (auto &thread : threads)
    thread.join();
  co_return;
}

mini::task<> joined_elsewhere(mini::event_loop &loop, mini::thread_pool &pool) {
  std::vector<std::jthread> threads;
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: threads in 'threads' ('std::jthread') are created and torn down with every call of coroutine 'joined_elsewhere'
  threads.emplace_back(work);
  co_await mini::offload(pool, loop, [&threads] {
    for (auto &thread : threads)
      thread.join();
  });
}

mini::task<> smart_pointers(mini::event_loop &loop) {
  auto unique = std::make_unique<mini::thread_pool>(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: thread pool 'unique' ('mini::thread_pool') is created
  co_await mini::offload(*unique, loop, [] { work(); });
  std::unique_ptr<mini::thread_pool> made(new mini::thread_pool(2));
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: thread pool 'made'
  auto *raw = new mini::thread_pool(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: thread pool 'raw'
  co_await mini::offload(*raw, loop, [] { work(); });
  delete raw;
}

mini::task<> in_a_loop_and_a_lambda(mini::event_loop &loop, int n) {
  auto handle = [&]() -> mini::task<> {
    mini::thread_pool pool(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down with every call of a coroutine lambda
    co_await mini::offload(pool, loop, [] { work(); });
  };
  while (n-- > 0)
    co_await handle();
}

template <class T> mini::task<T> generic(T value) {
  std::thread worker(work);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: thread 'worker'
  worker.join();
  co_return value;
}
template mini::task<int> generic(int);
