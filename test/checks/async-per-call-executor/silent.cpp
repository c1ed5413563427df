// RUN: %check_async_tidy %s async-per-call-executor

// Executors that outlive the call, or that are made where that is right.

#include "mini.h"
#include <future>
#include <memory>

void work();

// Not reached from a coroutine.
void plain() {
  mini::thread_pool pool(4);
  pool.submit(work);
}

mini::thread_pool &shared_pool() {
  static mini::thread_pool pool(4);
  return pool;
}

class Service {
public:
  mini::task<> serve(mini::event_loop &loop) {
    co_await mini::offload(pool_, loop, [] { work(); });
    co_await mini::offload(shared_pool(), loop, [] { work(); });
    static mini::thread_pool once(2);
    co_await mini::offload(once, loop, [] { work(); });
    auto &alias = shared_pool();
    co_await mini::offload(alias, loop, [] { work(); });
    auto *pointer = &pool_;
    co_await mini::offload(*pointer, loop, [] { work(); });
  }
  mini::task<> start() {
    if (!lazy_)
      lazy_ = std::make_unique<mini::thread_pool>(1);
    auto next = std::make_shared<mini::thread_pool>(1);
    shared_ = next;
    worker_ = std::thread(work);
    std::thread extra(work);
    threads_.push_back(std::move(extra));
    std::thread nothing;
    co_return;
  }

private:
  mini::thread_pool pool_{4};
  std::unique_ptr<mini::thread_pool> lazy_;
  std::shared_ptr<mini::thread_pool> shared_;
  std::thread worker_;
  std::vector<std::thread> threads_;
};

mini::task<std::unique_ptr<mini::thread_pool>> factory() {
  auto made = std::make_unique<mini::thread_pool>(2);
  co_return made;
}

mini::task<> elsewhere(mini::thread_pool &pool) {
  pool.submit([] {
    std::thread thread(work);
    thread.join();
  });
  auto later = std::async(std::launch::deferred, [] { return 1; });
  co_return;
}

// A class of that name that runs nothing.
namespace model {
struct thread_pool {
  int size = 0;
};
} // namespace model
mini::task<> not_an_executor() {
  model::thread_pool pool;
  (void)pool;
  co_return;
}

mini::task<> application() {
  mini::thread_pool pool(4);
  mini::event_loop loop;
  co_await mini::offload(pool, loop, [] { work(); });
}

int main() {
  auto setup = []() -> mini::task<> {
    mini::thread_pool pool(4);
    co_return;
  };
  mini::sync_wait(setup());
  mini::sync_wait(application());
}
