// RUN: %check_async_tidy %s async-per-call-executor

// An executor made in a function that a coroutine reaches: reported where it is made, with the way to it.

#include "mini.h"

int crunch(int n) {
  mini::thread_pool pool(2);
  // CHECK-NOTES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down with every call of coroutine 'two_calls_away' [async-per-call-executor]
  // CHECK-NOTES: :[[@LINE+10]]:13: note: reached through the call of 'prepare' here
  // CHECK-NOTES: :[[@LINE+6]]:29: note: reached through the call of 'crunch' here
  // CHECK-NOTES: :[[@LINE-4]]:21: note: 'mini::thread_pool' is taken for a thread pool because of its name and members
  pool.join(); // so `static` is not offered: the second call would find the pool closed
  return n;
}

int prepare(int n) { return crunch(n); }

mini::task<int> two_calls_away() {
  co_return prepare(1);
}
