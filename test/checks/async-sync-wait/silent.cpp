// RUN: %check_async_tidy %s async-sync-wait

// Nothing here waits for a task on the thread of an event loop.

#include "mini.h"
#include <future>

mini::task<> save();
mini::task<int> load();

// Plain functions that no coroutine calls.
void plain(mini::event_loop &loop) {
  loop.run();
  mini::sync_wait(save());
}

// A thread of its own, and a pool.
mini::task<> elsewhere(mini::event_loop &loop, mini::thread_pool &pool) {
  std::thread runner([&] { loop.run(); });
  pool.submit([] { mini::sync_wait(save()); });
  const int n = co_await mini::offload(pool, loop, [] { return mini::sync_wait(load()); });
  runner.detach();
  (void)n;
}

mini::task<> off_the_loop(mini::thread_pool &pool) {
  co_await pool.schedule();
  mini::sync_wait(save());
}

// What is waited for here is no task: async-blocking-call tells of it.
mini::task<> waits_for_a_thread(std::future<int> result) {
  (void)result.get();
  co_return;
}

// Named like it, and takes no task; or gives the next one.
namespace other {
void sync_wait(int);
int block_on(const std::string &);
mini::task<> run_sync(mini::task<> first);
struct machine {
  void run();
  int exec(const char *);
};
} // namespace other
mini::task<> other_things(other::machine &m) {
  other::sync_wait(1);
  other::block_on("a");
  co_await other::run_sync(save());
  m.run();
  m.exec("ls");
}

// A function of an event loop that runs what it is given.
struct event_loop {
  explicit event_loop(int);
  template <class F> void run(F &&callable) {
    callable();
  }
  template <class F> void post(F &&callable);
  bool exec(int times);
  std::string loop();
};
mini::task<> runs_a_callable(event_loop &loop) {
  loop.run([] {});
  (void)loop.loop();
  co_return;
}

// Only a plain function waits for the coroutine, and it has not suspended yet.
mini::task<> begins() {
  mini::sync_wait(save());
  co_await save();
}

int main() {
  mini::event_loop loop;
  mini::sync_wait(begins());
  loop.run();
}
