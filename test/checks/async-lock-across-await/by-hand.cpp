// RUN: %check_async_tidy %s async-lock-across-await

// Locks without a guard.

#include "mini.h"
#include <pthread.h>
#include <shared_mutex>

mini::task<> save();
mini::task<int> load();
void use(int);
template <class F> struct run_at_exit {
  F f;
  ~run_at_exit() { f(); }
};
std::mutex m;
pthread_mutex_t posix = PTHREAD_MUTEX_INITIALIZER;

mini::task<> common() {
  m.lock();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: 'm' stays locked by this thread while the coroutine is suspended [async-lock-across-await]
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
  m.unlock();
  co_await save();
}

mini::task<> in_time() {
  m.lock();
  use(1);
  m.unlock();
  co_await save();
}

mini::task<> of_posix() {
  pthread_mutex_lock(&posix);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: 'posix' stays locked by this thread
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is suspended here
  use(co_await load());
  pthread_mutex_unlock(&posix);
  co_await save();
}

class account {
public:
  mini::task<> pay(account &other, bool c) {
    guard_.lock_shared();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: 'guard_' stays locked by this thread
    // CHECK-NOTES: :[[@LINE+6]]:5: note: it is suspended here
    other.guard_.lock();
    if (c)
      other.guard_.unlock();
    else
      other.guard_.unlock();
    co_await save();
    guard_.unlock_shared();
  }
  mini::task<> by_another_function() {
    guard_.lock();
    finish();
    co_await save();
    guard_.lock();
    guard_.unlock();
  }
  mini::task<> member_guard() {
    held_ = std::unique_lock(guard_, std::defer_lock);
    held_.lock();
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: 'held_' stays locked by this thread
    // CHECK-NOTES: :[[@LINE+1]]:5: note: it is suspended here
    co_await save();
    held_.unlock();
  }

private:
  void finish() { guard_.unlock(); }
  std::shared_mutex guard_;
  std::unique_lock<std::shared_mutex> held_;
};

mini::task<> tried() {
  if (m.try_lock()) {
    // CHECK-NOTES: :[[@LINE-1]]:7: warning: 'm' stays locked by this thread
    // CHECK-NOTES: :[[@LINE+1]]:5: note: it is suspended here
    co_await save();
    m.unlock();
  } else {
    co_await save();
  }
  while (!m.try_lock())
    co_await save();
  m.unlock();
}

mini::task<> with_the_same_condition(bool shared) {
  if (shared)
    m.lock();
  use(1);
  if (shared)
    m.unlock();
  co_await save();
}

mini::task<> on_one_way(bool c) {
  m.lock();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: 'm' stays locked by this thread
  // CHECK-NOTES: :[[@LINE+4]]:3: note: it is suspended here
  if (c) {
    m.unlock();
  }
  co_await save();
  if (!c)
    m.unlock();
}

void unlock(std::mutex &);
mini::task<> somebody_else_unlocks(bool c) {
  m.lock();
  if (c) {
    unlock(m);
    co_await save();
    co_return;
  }
  m.unlock();
}

mini::task<> never_unlocked_here() {
  m.lock();
  co_await save();
}

mini::task<> unlocked_by_a_lambda() {
  m.lock();
  run_at_exit unlock{[] { m.unlock(); }};
  use(1);
  co_await save();
}
