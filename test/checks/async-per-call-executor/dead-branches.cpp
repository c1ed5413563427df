// RUN: %check_async_tidy %s async-per-call-executor

// Executors that are made in a branch that the constants of a call rule out.

#include "mini.h"
#include <memory>
#include <optional>

void work();

void own_thread(bool own) {
  if (own) {
    std::thread thread(work);
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: thread 'thread' ('std::thread') is created and torn down with every call of coroutine 'other'
    // CHECK-MESSAGES: note: reached through the call of 'own_thread' here
    thread.join();
  }
}
void own_pool(bool shared = true) {
  if (shared)
    return;
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' {{.*}} is created and torn down with every call of coroutine 'other'
  pool.submit(work);
}
void later(int threads) {
  std::optional<mini::thread_pool> pool;
  if (threads != 0)
    pool.emplace(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: thread pool 'pool' {{.*}} is created and torn down with every call of coroutine 'other'
}
void started(bool own) {
  if (own)
    std::thread(work).detach();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: a new thread ('std::thread') is started with every call of coroutine 'other'
}
void in_condition(bool own) {
  if (std::thread thread(work); own)
    // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread 'thread' ('std::thread') is created and torn down with every call of coroutine 'ruled_out'
    thread.join();
}

mini::task<> ruled_out(mini::event_loop &loop) {
  own_thread(false);
  own_pool();
  later(0);
  started(false);
  in_condition(false);
  co_await loop.schedule();
}

mini::task<> other(mini::event_loop &loop) {
  own_thread(false);
  own_thread(true);
  own_pool(true);
  own_pool(false);
  later(0);
  later(2);
  started(false);
  started(true);
  co_await loop.schedule();
}
