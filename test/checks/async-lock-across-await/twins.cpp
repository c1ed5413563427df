// RUN: %check_async_tidy %s async-lock-across-await -check-suffix=OURS
// RUN: %stock_clang_tidy --checks='-*,cppcoreguidelines-no-suspend-with-lock' %s -- -std=c++20 -I%inputs 2>/dev/null | FileCheck %s --check-prefix=SUSPEND --implicit-check-not=warning:
// RUN: %stock_clang_tidy --checks='-*,misc-coroutine-hostile-raii' %s -- -std=c++20 -I%inputs 2>/dev/null | FileCheck %s --check-prefix=RAII --implicit-check-not=warning:

// What LLVM's two checks of the same mistake find in this file, and what this one does.

#include "mini.h"

mini::task<> save();
mini::task<int> load();
void use(int);
std::mutex m;

mini::task<> written_out() {
  std::lock_guard<std::mutex> lock(m);
  // CHECK-MESSAGES-OURS: :[[@LINE-1]]:31: warning: 'lock' holds a lock of this thread
  // RAII: :[[@LINE-2]]:31: warning:
  // SUSPEND: :[[@LINE+1]]:3: warning:
  co_await save();
}

mini::task<> deduced() {
  std::lock_guard lock(m);
  // CHECK-MESSAGES-OURS: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // RAII: :[[@LINE-2]]:19: warning:
  co_await save();
}

mini::task<> unique() {
  std::unique_lock<std::mutex> lock(m);
  // CHECK-MESSAGES-OURS: :[[@LINE-1]]:32: warning: 'lock' holds a lock of this thread
  // SUSPEND: :[[@LINE+1]]:3: warning:
  co_await save();
}

mini::task<> initialiser() {
  std::lock_guard<std::mutex> lock(m);
  // CHECK-MESSAGES-OURS: :[[@LINE-1]]:31: warning: 'lock' holds a lock of this thread
  // SUSPEND: :[[@LINE+1]]:11: warning:
  int i = co_await load();
  use(i);
}

struct locked {
  std::unique_lock<std::mutex> lock;
};
locked acquire();
mini::task<> member() {
  locked all = acquire();
  // CHECK-MESSAGES-OURS: :[[@LINE-1]]:10: warning: 'all' holds a lock of this thread
  co_await save();
}

mini::task<> by_hand() {
  m.lock();
  // CHECK-MESSAGES-OURS: :[[@LINE-1]]:3: warning: 'm' stays locked by this thread
  co_await save();
  m.unlock();
}

mini::task<> unlocked() {
  std::unique_lock<std::mutex> lock(m), never(m, std::defer_lock);
  lock.unlock();
  // SUSPEND: :[[@LINE+1]]:3: warning:
  co_await save();
}

struct async_mutex {
  mini::task<std::unique_lock<async_mutex>> lock();
  void unlock();
};
async_mutex coroutines;
mini::task<> awaited() {
  std::unique_lock<async_mutex> lock = co_await coroutines.lock();
  // SUSPEND: :[[@LINE+1]]:3: warning:
  co_await save();
}

mini::task<> never_suspends() {
  std::lock_guard<std::mutex> lock(m);
  // RAII: :[[@LINE-1]]:31: warning:
  // SUSPEND: :[[@LINE+1]]:3: warning:
  co_await std::suspend_never();
}

struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(int);
    void return_void();
    void unhandled_exception();
  };
};
generator yields() {
  std::lock_guard<std::mutex> lock(m);
  // RAII: :[[@LINE-1]]:31: warning:
  // SUSPEND: :[[@LINE+1]]:3: warning:
  co_yield 1;
}
