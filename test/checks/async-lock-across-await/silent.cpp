// RUN: %check_async_tidy %s async-lock-across-await

// Nothing to report: what is no lock of a thread, and where nothing is suspended.

#include "mini.h"
#include <memory>
#include <semaphore>

mini::task<> save();
void use(int);
std::mutex m;

struct never {
  bool await_ready() const { return true; }
  void await_suspend(std::coroutine_handle<>) const {}
  void await_resume() const {}
};
mini::task<> never_suspends() {
  std::lock_guard lock(m);
  co_await never{};
  co_await std::suspend_never{};
}

mini::task<> no_suspension() {
  std::lock_guard lock(m);
  co_return;
}

int plain() {
  std::lock_guard lock(m);
  return 1;
}

/// A mutex that is awaited, and its guards.
class async_mutex {
public:
  struct [[nodiscard]] operation {
    async_mutex &mutex;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<>) const {}
    std::unique_lock<async_mutex> await_resume() const;
  };
  operation lock();
  operation scoped_lock();
  bool try_lock();
  void unlock();
};
struct async_guard {
  async_mutex &mutex;
  ~async_guard() { mutex.unlock(); }
};
async_mutex coroutines;
mini::task<> of_coroutines() {
  auto lock = co_await coroutines.scoped_lock();
  co_await save();
  async_guard guard{coroutines};
  std::unique_lock<async_mutex> adopted(coroutines, std::adopt_lock);
  co_await save();
  co_await coroutines.lock();
  co_await save();
  coroutines.unlock();
}

struct null_mutex {
  void lock() {}
  bool try_lock() { return true; }
  void unlock() {}
};
mini::task<> does_nothing() {
  null_mutex none;
  std::lock_guard lock(none);
  std::scoped_lock<> nothing;
  co_await save();
}

/// It can be locked, but is no lock: a door stays so while somebody waits.
struct door {
  void lock();
  void unlock();
};
mini::task<> of_a_house(door &front, std::weak_ptr<door> back) {
  front.lock();
  co_await save();
  if (auto open = back.lock())
    open->unlock();
  co_await save();
  front.unlock();
}

/// Whoever has a permit of a semaphore need not be the thread that got it.
mini::task<> limited(std::counting_semaphore<> &permits) {
  if (!permits.try_acquire())
    co_return;
  co_await save();
  permits.release();
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
  int *begin();
  int *end();
};
generator synchronous() {
  std::lock_guard lock(m);
  co_yield 1;
  co_yield 2;
}

/// A lock that an object may come to hold later.
class session {
public:
  explicit session(int id) : id_(id) {}

private:
  int id_;
  std::unique_lock<std::mutex> lock_;
};
mini::task<> not_yet() {
  session s(1);
  std::unique_lock<std::mutex> none;
  static std::lock_guard program(m);
  co_await save();
}

mini::task<> of_the_caller(std::unique_lock<std::mutex> &lock) { co_await save(); }

template <class Mutex> mini::task<> never_instantiated(Mutex &mutex) {
  std::lock_guard lock(mutex);
  co_await save();
}

/// A lock that is awaited, though what holds it is a guard of the standard library.
class patient_lock {
public:
  void lock();
  void unlock();
  mini::task<std::unique_lock<patient_lock>> scoped_lock();
};
mini::task<> awaited(patient_lock &l) {
  auto lock = co_await l.scoped_lock();
  co_await save();
}
