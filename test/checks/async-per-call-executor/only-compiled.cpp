// RUN: %check_async_tidy %s async-per-call-executor

// Functions of tests that are there to be compiled: nobody calls them.

#include "mini.h"

namespace library::test {
template <class T> mini::task<> compiles_with(T) {
  mini::thread_pool pool(4);
  co_return;
}
mini::task<> compiles() {
  co_await compiles_with(1);
  co_await compiles_with(2.0);
}
mini::task<> by_hand() {
  mini::thread_pool pool(4);
  co_return;
}

// These may be called.
mini::task<> declared();
mini::task<> declared() {
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool'
  co_return;
}
mini::task<> registered() {
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool'
  co_return;
}
auto *table = &registered;
template <class T> mini::task<> shared(T) {
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool'
  co_return;
}
mini::task<> compiles_too() { co_await shared(1); }
} // namespace library::test

namespace library {
template <class T> mini::task<> serves(T) {
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool'
  co_return;
}
mini::task<> service() {
  co_await serves(1);
  co_await test::shared(1);
}
} // namespace library
