// RUN: %check_async_tidy %s async-per-call-executor

// Who owns the executor in the end.

#include "mini.h"
#include <memory>
#include <thread>

void work();
std::unique_ptr<mini::thread_pool> make_pool();
void adopt_threads(std::vector<std::jthread> &threads);
void adopt(const std::shared_ptr<mini::thread_pool> &pool);

class Holder {
public:
  mini::task<> handed_on() {
    auto shared = std::make_shared<mini::thread_pool>(2);
    pools_.push_back(shared);
    auto adopted = std::make_shared<mini::thread_pool>(2);
    adopt(adopted);
    std::thread next(work);
    std::swap(next, thread_);
    std::thread other(work);
    thread_.swap(other);
    std::thread third(work);
    third.swap(thread_);
    std::thread taken = std::move(thread_);
    taken.join();
    std::jthread empty;
    std::jthread filled;
    filled = std::jthread(work);
    jthread_ = std::move(filled);
    jthread_ = std::jthread(work);
    co_return;
  }
  mini::task<> handed_on_from_a_container(mini::event_loop &loop, mini::thread_pool &pool) {
    std::vector<std::jthread> returned;
    returned.emplace_back(work);
    threads_ = std::move(returned);
    std::vector<std::jthread> captured;
    captured.emplace_back(work);
    auto own = [mine = std::move(captured)]() mutable { mine.clear(); };
    std::vector<std::jthread> moved;
    moved.emplace_back(work);
    co_await mini::offload(pool, loop, [&moved, this] { threads_ = std::move(moved); });
    std::vector<std::jthread> adopted;
    adopted.emplace_back(work);
    co_await mini::offload(pool, loop, [&] { adopt_threads(adopted); });
    std::vector<std::jthread> one_by_one;
    one_by_one.emplace_back(work);
    co_await mini::offload(pool, loop, [&] {
      for (auto &thread : one_by_one)
        threads_.push_back(std::move(thread));
    });
    own();
  }
  mini::task<> kept() {
    auto used = std::make_shared<mini::thread_pool>(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: thread pool 'used' ('mini::thread_pool') is created and torn down
    used->submit(work);
    std::jthread worker;
    worker = std::jthread(work);
    // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: a new thread ('std::jthread') is started with every call of coroutine 'kept'
    co_return;
  }

private:
  std::vector<std::shared_ptr<mini::thread_pool>> pools_;
  std::thread thread_;
  std::jthread jthread_;
  std::vector<std::jthread> threads_;
};

mini::task<> filled_later(bool parallel) {
  std::optional<mini::thread_pool> pool;
  if (parallel)
    pool.emplace(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: thread pool 'pool' ('mini::thread_pool') is created and torn down
  std::unique_ptr<mini::thread_pool> owned;
  if (parallel)
    owned = std::make_unique<mini::thread_pool>(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: thread pool 'owned' ('mini::thread_pool') is created and torn down
  co_return;
}
