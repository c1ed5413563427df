// RUN: %check_async_tidy %s async-lock-across-await

// Guards that are locked at some places and unlocked at others.

#include "mini.h"
#include <shared_mutex>

mini::task<> save();
mini::task<int> load();
void use(int);
bool likely();
std::mutex m, n;

mini::task<> unlocked_before() {
  std::unique_lock lock(m);
  use(1);
  lock.unlock();
  co_await save();
}

mini::task<> unlocked_too_late() {
  std::unique_lock lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
  lock.unlock();
  co_await save();
}

mini::task<> locked_again() {
  std::unique_lock lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+4]]:3: note: it is suspended here
  lock.unlock();
  co_await save();
  lock.lock();
  co_await save();
}

mini::task<> unlocked_around() {
  std::unique_lock lock(m);
  for (int i = 0; i != 3; ++i) {
    use(i);
    lock.unlock();
    co_await save();
    lock.lock();
  }
}

mini::task<> unlocked_on_one_way(bool c) {
  std::unique_lock lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+3]]:3: note: it is suspended here
  if (c)
    lock.unlock();
  co_await save();
}

mini::task<> unlocked_on_this_way(bool c) {
  std::unique_lock lock(m);
  if (c)
    lock.unlock();
  use(1);
  if (c)
    co_await save();
}

mini::task<> deferred() {
  std::unique_lock lock(m, std::defer_lock);
  co_await save();
}

mini::task<> deferred_and_locked() {
  std::unique_lock lock(m, std::defer_lock), other(n, std::defer_lock);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+5]]:3: note: it is suspended here
  // CHECK-NOTES: :[[@LINE-3]]:46: warning: 'other' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+3]]:3: note: it is suspended here
  co_await save();
  std::lock(lock, other);
  co_await save();
}

mini::task<> adopted() {
  m.lock();
  std::lock_guard lock(m, std::adopt_lock);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}

mini::task<> tried() {
  std::unique_lock lock(m, std::try_to_lock);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+5]]:5: note: it is suspended here
  if (!lock)
    co_await save();
  if (lock.owns_lock()) {
    use(1);
    co_await save();
  }
}

mini::task<> tried_by_a_member() {
  std::unique_lock lock(m, std::defer_lock);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+2]]:5: note: it is suspended here
  if (lock.try_lock())
    co_await load();
  else
    co_await save();
}

mini::task<> tried_until_it_works() {
  std::unique_lock lock(m, std::defer_lock);
  while (!lock.try_lock())
    co_await save();
  use(1);
}

mini::task<> released() {
  std::unique_lock lock(m);
  std::mutex *mine = lock.release();
  mine->unlock();
  co_await save();
}

std::unique_lock<std::mutex> acquire();
mini::task<> assigned() {
  std::unique_lock<std::mutex> lock;
  // CHECK-NOTES: :[[@LINE-1]]:32: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+3]]:3: note: it is suspended here
  co_await save();
  lock = acquire();
  co_await load();
  lock = {};
  co_await save();
}

mini::task<> moved() {
  std::unique_lock lock(m);
  auto other = std::move(lock);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'other' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}

void finish(std::unique_lock<std::mutex> lock);
void may_unlock(std::unique_lock<std::mutex> &lock);
void only_looks(const std::unique_lock<std::mutex> &lock);
mini::task<> wait(std::unique_lock<std::mutex> &lock);

mini::task<> moved_away() {
  std::unique_lock lock(m);
  finish(std::move(lock));
  co_await save();
}

mini::task<> lent() {
  std::unique_lock lock(m);
  may_unlock(lock);
  co_await save();
}

mini::task<> lent_to_what_is_awaited() {
  std::unique_lock lock(m);
  co_await wait(lock); // It unlocks while it waits, as a condition variable does.
}

mini::task<> looked_at(std::condition_variable &changed) {
  std::unique_lock lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+4]]:3: note: it is suspended here
  only_looks(lock);
  changed.wait(lock);
  changed.wait(lock, likely);
  co_await save();
}

mini::task<> captured() {
  std::unique_lock lock(m);
  auto unlock = [&] { lock.unlock(); };
  unlock();
  co_await save();
}

mini::task<> scopes(bool c) {
  {
    std::lock_guard lock(m);
    use(1);
  }
  co_await save();
  for (;;) {
    co_await save();
    std::lock_guard lock(m);
    use(2);
    if (likely())
      break;
    if (c)
      continue;
  }
  if (c) {
    std::lock_guard lock(m);
    co_return;
  }
  do {
    co_await save();
    std::lock_guard lock(m);
  } while (co_await load());
  co_await save();
}

mini::task<> leaves_before(bool c) {
  co_await save();
  std::lock_guard lock(m);
  if (c)
    throw 1;
  use(1);
  co_return;
}

mini::task<std::mutex *> choose();
mini::task<> awaited_for_the_guard() {
  std::lock_guard lock(*co_await choose());
  use(1);
}
