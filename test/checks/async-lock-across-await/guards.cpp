// RUN: %check_async_tidy %s async-lock-across-await
// RUN: %check_async_tidy %s async-lock-across-await -- -- -DMINI_DISCARDABLE

// What holds a lock, and every position of the suspension point.

#include "mini.h"
#include <shared_mutex>
#include <vector>

mini::task<> save();
mini::task<int> load();
mini::task<std::vector<int>> list();
mini::task<std::mutex *> choose();
void use(int, int = 0);
std::mutex m, n;
std::shared_mutex s;
std::recursive_mutex r;

mini::task<> common() {
  std::lock_guard<std::mutex> lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:31: warning: 'lock' holds a lock of this thread while the coroutine is suspended [async-lock-across-await]
  // CHECK-NOTES: :[[@LINE+2]]:3: note: it is suspended here
  // CHECK-NOTES: :[[@LINE+2]]:11: note: it is suspended here
  co_await save();
  int i = co_await load();
  use(i);
}

mini::task<> deduced() {
  std::lock_guard lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:7: note: it is suspended here
  if (co_await load())
    use(1);
}

mini::task<int> several_mutexes() {
  std::scoped_lock both(m, n);
  // CHECK-NOTES: :[[@LINE-1]]:20: warning: 'both' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:13: note: it is suspended here
  co_return co_await load();
}

mini::task<> shared() {
  const std::shared_lock lock{s};
  // CHECK-NOTES: :[[@LINE-1]]:26: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:10: note: it is suspended here
  use(1, co_await load());
}

mini::task<> unique(bool c) {
  auto lock = std::unique_lock(r);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+2]]:11: note: it is suspended here
  // CHECK-NOTES: :[[@LINE+1]]:30: note: it is suspended here
  use(c ? co_await load() : (co_await save(), 2));
}

mini::task<> loops() {
  std::lock_guard lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+4]]:16: note: it is suspended here
  // CHECK-NOTES: :[[@LINE+5]]:10: note: it is suspended here
  // CHECK-NOTES: :[[@LINE+4]]:29: note: it is suspended here
  // CHECK-NOTES: :[[@LINE+4]]:13: note: it is suspended here
  for (int i : co_await list())
    use(i, 1);
  while (co_await load() && co_await load())
    switch (co_await load()) {
    default:;
    }
}

mini::task<> in_a_condition() {
  if (std::lock_guard lock(m); true)
    // CHECK-NOTES: :[[@LINE-1]]:23: warning: 'lock' holds a lock of this thread
    // CHECK-NOTES: :[[@LINE+1]]:5: note: it is suspended here
    co_await save();
  co_await save();
}

mini::task<> bound_to_a_reference() {
  const auto &lock = std::unique_lock(m);
  // CHECK-NOTES: :[[@LINE-1]]:15: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}

std::unique_lock<std::mutex> acquire();
mini::task<> made_by_a_function() {
  auto lock = acquire();
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}

mini::task<> given(std::unique_lock<std::mutex> lock) {
  // CHECK-NOTES: :[[@LINE-1]]:49: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}

struct locked_list {
  std::unique_lock<std::mutex> lock;
  std::vector<int> *list;
  std::vector<int> *operator->() { return list; }
};
locked_list borrow();
mini::task<> a_member_is_a_guard() {
  locked_list numbers = borrow();
  // CHECK-NOTES: :[[@LINE-1]]:15: warning: 'numbers' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:22: note: it is suspended here
  numbers->push_back(co_await load());
  numbers.lock.unlock();
  co_await save();
}

mini::task<> without_a_name() {
  borrow()->push_back(co_await load());
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this 'locked_list' holds a lock of this thread while the coroutine is suspended
  // CHECK-NOTES: :[[@LINE-2]]:23: note: it is suspended here
  std::lock_guard<std::mutex>(m), co_await save();
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this 'std::lock_guard' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE-2]]:35: note: it is suspended here
}

/// A lock and a guard that nobody has described.
class spinlock {
public:
  void lock();
  bool try_lock();
  void unlock();
};
class spin_guard {
public:
  explicit spin_guard(spinlock &l) : lock_(l) { lock_.lock(); }
  ~spin_guard() { lock_.unlock(); }

private:
  spinlock &lock_;
};
spinlock spin;
mini::task<> of_this_project() {
  spin_guard held(spin);
  // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'held' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}

/// One that clang's thread safety analysis knows.
struct __attribute__((capability("mutex"))) annotated_mutex {};
class __attribute__((scoped_lockable)) annotated_guard {
public:
  explicit annotated_guard(annotated_mutex *m) __attribute__((acquire_capability(m)));
  ~annotated_guard() __attribute__((release_capability()));
};
annotated_mutex annotated;
mini::task<> with_attributes() {
  annotated_guard held(&annotated);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'held' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}

template <class Mutex> mini::task<> in_a_template(Mutex &mutex) {
  std::lock_guard lock(mutex);
  // CHECK-NOTES: :[[@LINE-1]]:19: warning: 'lock' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}
template mini::task<> in_a_template(std::mutex &);

mini::task<> in_a_lambda() {
  std::lock_guard outside(m);
  auto inner = []() -> mini::task<> {
    std::lock_guard lock(n);
    // CHECK-NOTES: :[[@LINE-1]]:21: warning: 'lock' holds a lock of this thread
    // CHECK-NOTES: :[[@LINE+1]]:5: note: it is suspended here
    co_await save();
  };
  mini::spawn(inner());
  co_return;
}

#define LOCKED(mutex) std::lock_guard locked_here(mutex)
mini::task<> in_a_macro() {
  LOCKED(m);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: 'locked_here' holds a lock of this thread
  // CHECK-NOTES: :[[@LINE-4]]:39: note: expanded from macro 'LOCKED'
  // CHECK-NOTES: :[[@LINE+1]]:3: note: it is suspended here
  co_await save();
}
