// RUN: %check_async_tidy %s async-blocking-call

// Nothing here blocks the thread of an event loop.

#include "mini.h"
#include <cstdio>
#include <future>
#include <iostream>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;

// No coroutine and not reached from one.
void plain() { std::this_thread::sleep_for(1s); }
int main() { plain(); }

mini::task<> zero_and_no_wait_flags(int fd, char *buffer, pollfd *fds, std::future<int> result) {
  std::this_thread::sleep_for(0ms);
  std::this_thread::sleep_for(std::chrono::seconds(0));
  std::this_thread::sleep_for(std::chrono::milliseconds::zero());
  ::usleep(0);
  ::poll(fds, 1, 0);
  ::recv(fd, buffer, 1, MSG_DONTWAIT);
  ::recv(fd, buffer, 1, MSG_PEEK | MSG_DONTWAIT);
  ::waitpid(-1, nullptr, WNOHANG);
  if (result.wait_for(0s) == std::future_status::ready)
    std::printf("%d", result.get());
  co_return;
}

mini::task<> flags_that_cannot_be_told(int fd, char *buffer, int flags) {
  ::recv(fd, buffer, 1, flags);
  ::waitpid(-1, nullptr, flags);
  co_return;
}

struct readable {
  int fd;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};
mini::task<long> wait_for_readiness_first(int fd, char *buffer) {
  co_await readable{fd};
  co_return ::read(fd, buffer, 1);
}

mini::task<> already_waited(std::future<int> &done) {
  if (done.wait_for(0ms) != std::future_status::ready)
    co_return;
  std::printf("%d", done.get());
}

mini::task<> handed_to_somebody_else(mini::thread_pool &pool, mini::event_loop &loop) {
  pool.submit([] { std::this_thread::sleep_for(1s); });
  auto job = [] { std::this_thread::sleep_for(1s); };
  pool.submit(job);
  std::thread thread([] { std::this_thread::sleep_for(1s); });
  thread.detach();
  co_await mini::offload(pool, loop, [] { std::this_thread::sleep_for(1s); });
  [[maybe_unused]] auto never_called = [] { std::this_thread::sleep_for(1s); };
}

mini::task<> moves_to_a_pool_first(mini::thread_pool &pool, mini::event_loop &loop, bool direct) {
  co_await pool.schedule();
  std::this_thread::sleep_for(1s);
  co_await loop.schedule();
  if (direct)
    co_return;
  co_await pool.schedule();
  while (!loop.stopped())
    std::this_thread::sleep_for(1s);
}

mini::task<> unevaluated() {
  using type = decltype(::sleep(1));
  static_assert(sizeof(::sleep(1)) > 0);
  static_assert(noexcept(::sleep(1)) || true);
  (void)type{};
  co_return;
}

mini::task<> output_and_short_critical_sections(std::mutex &mutex) {
  std::printf("hello\n");
  std::puts("hello");
  std::cout << "hello" << std::endl;
  std::cerr << "hello\n";
  std::fflush(stdout);
  std::lock_guard lock(mutex);
  mutex.unlock();
  mutex.lock();
  co_return;
}

mini::task<> runs_once() {
  static const int first = ::system("true");
  static std::once_flag once;
  std::call_once(once, [] { std::this_thread::sleep_for(1s); });
  std::printf("%d", first);
  co_return;
}

// A coroutine is judged on its own; awaiting it does not block.
mini::task<> other(mini::thread_pool &pool) {
  co_await pool.schedule();
  std::this_thread::sleep_for(1s);
}
mini::task<> awaits_other(mini::thread_pool &pool) { co_await other(pool); }

// The user's own function of that name.
namespace mine {
void sleep(int) {}
struct future {
  int get() { return 1; }
};
} // namespace mine
mini::task<> same_names(mine::future result) {
  mine::sleep(1);
  result.get();
  co_return;
}

struct Base {
  virtual ~Base() = default;
  virtual void work() { std::this_thread::sleep_for(1s); }
};
mini::task<> virtual_call(Base &base, void (*pointer)(), std::function<void()> function) {
  base.work(); // may be any override
  pointer();
  function();
  co_return;
}

mini::task<> discarded() {
  if constexpr (sizeof(int) == 1)
    ::sleep(1);
  co_return;
}

// A synchronous generator is run by its consumer, like an iterator.
template <class T> struct generator {
  struct promise_type {
    T value;
    generator get_return_object() { return {}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(T v) {
      value = v;
      return {};
    }
    void return_void() const noexcept {}
    void unhandled_exception() const { throw; }
  };
  bool next() { return false; }
};
generator<int> numbers() {
  for (int i = 0;; ++i) {
    ::sleep(1);
    co_yield i;
  }
}
