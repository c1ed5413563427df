// RUN: %check_async_tidy %s async-lock-across-await -fix-notes

// The fix ends the guard's life before the first suspension point, or unlocks where other declarations live on.

#include "mini.h"

mini::task<> save(int);
void use(int);
std::mutex m;
int counter;

mini::task<> statements() {
  std::lock_guard lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+7]]:3: note: it is suspended here
  // CHECK-NOTES: :[[@LINE-3]]:19: note: let it end before the coroutine is suspended; what comes then is not protected any more
  // CHECK-FIXES: {{^}}  {
  // CHECK-FIXES: {{^}}  std::lock_guard lock(m);
  ++counter;
  // CHECK-FIXES: {{^}}  }
  // CHECK-FIXES: {{^}}  co_await save(1);
  co_await save(1);
}

mini::task<> nested_suspension(bool c) {
  use(1);
  std::lock_guard lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+7]]:5: note: it is suspended here
  // CHECK-NOTES: :[[@LINE-3]]:19: note: let it end before the coroutine is suspended; what comes then is not protected any more
  for (int i = 0; i != 3; ++i)
    use(i);
  // CHECK-FIXES: {{^}}  }
  // CHECK-FIXES: {{^}}  if (c)
  if (c)
    co_await save(1);
}

mini::task<> declarations() {
  std::unique_lock lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+5]]:3: note: it is suspended here
  // CHECK-NOTES: :[[@LINE-3]]:20: note: unlock before the coroutine is suspended; what comes then is not protected any more
  const int now = counter;
  // CHECK-FIXES: {{^}}  lock.unlock();
  // CHECK-FIXES: {{^}}  co_await save(now);
  co_await save(now);
}

// A lock_guard cannot be unlocked, and `now` has to live on.
mini::task<> no_unlock() {
  std::lock_guard lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+2]]:3: note: it is suspended here
  const int now = counter;
  co_await save(now);
}

// Nothing is left that the lock could protect.
mini::task<> at_once() {
  std::lock_guard lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save(counter);
}

// The guard is used later.
mini::task<> used_later() {
  std::unique_lock lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+2]]:3: note: it is suspended here
  ++counter;
  co_await save(1);
  lock.unlock();
}

#define SAVE(x) co_await save(x)
mini::task<> suspended_in_a_macro() {
  std::lock_guard lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+3]]:3: note: it is suspended here
  // CHECK-NOTES: :[[@LINE-5]]:17: note: expanded from macro 'SAVE'
  ++counter;
  SAVE(1);
}
