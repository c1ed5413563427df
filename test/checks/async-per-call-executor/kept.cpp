// RUN: %check_async_tidy %s async-per-call-executor -fix-notes

// One pool for all calls is offered only where every use of it is understood neither to end it nor to rely on its end.

#include "mini.h"
#include <memory>
#include <utility>

int price(int product);
void work();

mini::task<int> awaited(mini::event_loop &loop, int product) {
  mini::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down
  // CHECK-FIXES: {{^}}  static mini::thread_pool pool(2);
  co_return co_await mini::offload(pool, loop, [=] { return price(product); });
}

mini::task<int> by_pointer(mini::event_loop &loop, unsigned threads) {
  const auto pool = std::make_unique<mini::thread_pool>(threads);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down
  // CHECK-FIXES: {{^}}  static const auto pool = std::make_unique<mini::thread_pool>(threads);
  co_await pool->schedule();
  co_return co_await mini::offload(*pool, loop, [] { return price(2); });
}

mini::task<int> other_names(mini::event_loop &loop) {
  mini::thread_pool pool(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down
  // CHECK-FIXES: {{^}}  static mini::thread_pool pool(4);
  auto &same = pool;
  auto one = [&](int product) -> mini::task<int> {
    co_return co_await mini::offload(same, loop, [=] { return price(product); });
  };
  co_return co_await one(1) + co_await one(2);
}

//===-- No fix ------------------------------------------------------------------------------------------------===//

namespace app {
struct settings {
  int threads;
};
// A pool that says more about itself.
class ThreadPool {
public:
  explicit ThreadPool(int threads);
  explicit ThreadPool(const settings &wanted);
  ThreadPool(const ThreadPool &) = delete;
  mini::task<int> submit(std::function<int()> f);
  int size() const;
  void shutdown();
  mini::task<> drain();
};
void lend(ThreadPool &pool);
mini::task<> to_thread(std::function<void()> f);
mini::task<> to_thread(void (ThreadPool::*f)(), ThreadPool *pool);
mini::task<> to_thread(std::function<void(ThreadPool &)> f, std::reference_wrapper<ThreadPool> pool);
void finish(ThreadPool *pool);
} // namespace app

mini::task<int> asked(app::settings wanted) {
  app::ThreadPool pool(wanted.threads);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'pool' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  static app::ThreadPool pool(wanted.threads);
  co_return co_await pool.submit([] { return price(1); }) + pool.size();
}

mini::task<int> ended() {
  app::ThreadPool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'pool' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool pool(2);
  const int result = co_await pool.submit([] { return price(1); });
  pool.shutdown();
  co_return result;
}

mini::task<int> ended_on_a_thread() {
  app::ThreadPool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'pool' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool pool(2);
  const int result = co_await pool.submit([] { return price(1); });
  co_await app::to_thread([&] { pool.shutdown(); });
  co_return result;
}

mini::task<int> ended_by_member_pointer() {
  app::ThreadPool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'pool' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool pool(2);
  const int result = co_await pool.submit([] { return price(1); });
  co_await app::to_thread(&app::ThreadPool::shutdown, &pool);
  co_return result;
}

mini::task<int> ended_by_await() {
  app::ThreadPool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'pool' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool pool(2);
  const int result = co_await pool.submit([] { return price(1); });
  co_await pool.drain();
  co_return result;
}

mini::task<int> ended_under_another_name() {
  app::ThreadPool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'pool' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool pool(2);
  auto &same = pool;
  auto end = [&] { [&] { same.shutdown(); }(); };
  const int result = co_await pool.submit([] { return price(1); });
  end();
  co_return result;
}

mini::task<int> given_away() {
  app::ThreadPool lent(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'lent' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool lent(2);
  app::lend(lent);
  app::ThreadPool bound(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'bound' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool bound(2);
  co_await app::to_thread([p = &bound] { app::finish(p); });
  app::ThreadPool argument(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'argument' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool argument(2);
  co_await app::to_thread([](app::ThreadPool &p) { p.shutdown(); }, std::ref(argument));
  co_return 1;
}

// A static variable cannot be captured by name.
mini::task<int> captured_by_name(mini::event_loop &loop) {
  mini::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down
  // CHECK-FIXES: {{^}}  mini::thread_pool pool(2);
  auto one = [&pool, &loop]() -> mini::task<int> {
    co_return co_await mini::offload(pool, loop, [] { return price(1); });
  };
  co_return co_await one();
}

// That the pool waits for its work when it ends is what keeps `sum` alive, and right.
mini::task<int> relies_on_the_end() {
  int sum = 0;
  {
    mini::thread_pool pool(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down
    // CHECK-FIXES: {{^}}    mini::thread_pool pool(1);
    pool.submit([&] { sum += price(1); });
  }
  co_return sum;
}

// What the pool was given goes with the call.
mini::task<int> keeps_arguments(app::settings wanted) {
  app::ThreadPool pool(wanted);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: thread pool 'pool' ('app::ThreadPool') is created and torn down
  // CHECK-FIXES: {{^}}  app::ThreadPool pool(wanted);
  co_return co_await pool.submit([] { return price(1); });
}

// Made anew by each call all the same.
mini::task<int> filled_later(mini::event_loop &loop) {
  std::optional<mini::thread_pool> pool;
  // CHECK-FIXES: {{^}}  std::optional<mini::thread_pool> pool;
  pool.emplace(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down
  co_return co_await mini::offload(*pool, loop, [] { return price(1); });
}
