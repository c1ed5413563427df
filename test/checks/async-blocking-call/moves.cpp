// RUN: %check_async_tidy %s async-blocking-call

// Where a coroutine runs after it awaited something that moves it, for libraries nobody described.

#include "mini.h"

using namespace std::chrono_literals;

inline void nap() { std::this_thread::sleep_for(1s); }

// The awaiter visibly resumes its coroutine on another thread.
struct new_thread {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    std::thread([handle] { handle.resume(); }).detach();
  }
  void await_resume() const noexcept {}
};
struct on_pool {
  mini::thread_pool &pool;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { pool.submit(handle); }
  void await_resume() const noexcept {}
};
struct on_loop {
  std::vector<std::coroutine_handle<>> &queue;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { queue.push_back(handle); }
  void await_resume() const noexcept {}
};
mini::task<> awaiters_that_move(mini::thread_pool &pool, bool threaded) {
  if (threaded)
    co_await new_thread{};
  else
    co_await on_pool{pool};
  nap();
}
mini::task<> awaiters_that_do_not(std::vector<std::coroutine_handle<>> &queue) {
  co_await on_loop{queue};
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'awaiters_that_do_not'
}

// Whatever a pool gives to await may end on one of its threads; so may what a free function does that moves.
class ThreadPool {
public:
  explicit ThreadPool(unsigned threads);
  template <class F> void submit(F f);
  mini::task<> enter();
};
mini::task<> resume_background();
mini::task<> a_pool(ThreadPool &pool) {
  co_await pool.enter();
  nap();
}
mini::task<> free_function() {
  co_await resume_background();
  nap();
}

// "move_to" of something that runs nothing is no move.
struct arm {
  mini::task<> move_to(int position);
};
mini::task<> not_an_executor(arm robot) {
  co_await robot.move_to(3);
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'not_an_executor'
}

// Destructors run where their variables were made.
struct slow_to_die {
  ~slow_to_die() { nap(); }
  slow_to_die() = default;
  slow_to_die(slow_to_die &&) {}
};
slow_to_die make();
void keep(slow_to_die);
mini::task<slow_to_die> destructors(mini::thread_pool &pool, bool early) {
  slow_to_die result;
  slow_to_die moved;
  keep(std::move(moved));
  keep(make());
  if (early)
    co_return std::move(result);
  auto one = make();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the destructor of 'slow_to_die' blocks
  make();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the destructor of 'slow_to_die' blocks
  const slow_to_die &extended = make();
  // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the destructor of 'slow_to_die' blocks
  (void)extended;
  co_await pool.schedule();
  auto two = make();
  co_return std::move(result);
}

// Coroutines that are only ever given to a pool.
mini::task<> on_the_pool() {
  nap();
  co_return;
}
mini::task<> on_both() {
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'on_both'
  co_return;
}
void start(ThreadPool &pool) {
  pool.submit(on_the_pool());
  pool.submit(on_both());
  pool.submit([]() -> mini::task<> {
    nap();
    co_return;
  }());
  mini::spawn(on_both());
}
