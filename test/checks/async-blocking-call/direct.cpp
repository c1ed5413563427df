// RUN: %check_async_tidy %s async-blocking-call
// RUN: %check_async_tidy %s async-blocking-call -- -- -DMINI_DISCARDABLE

// A blocking call written in a coroutine, in every position that a call can take.

#include "mini.h"
#include <fstream>
#include <future>
#include <iostream>
#include <netdb.h>
#include <poll.h>
#include <semaphore>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;

mini::task<> statement() {
  std::this_thread::sleep_for(10ms);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs coroutine 'statement' [async-blocking-call]
  co_return;
}

mini::task<int> initialiser() {
  const unsigned left = ::sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'sleep' sleeps and blocks the thread that runs coroutine 'initialiser'
  co_return static_cast<int>(left);
}

mini::task<int> condition(int fd, char *buffer) {
  if (::read(STDIN_FILENO, buffer, 1) == 1)
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'read' waits for
    co_return 1;
  while (::recv(fd, buffer, 1, 0) > 0) {
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'recv' waits for the network and blocks the thread that runs coroutine 'condition'
  }
  co_return 0;
}

mini::task<int> returned() {
  co_return ::system("ls");
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'system' waits for a process and blocks the thread that runs coroutine 'returned'
}

int use(int);
mini::task<> argument(std::future<int> result) {
  use(result.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'std::future::get' waits for another thread and blocks the thread that runs coroutine 'argument'
  co_return;
}

mini::task<int> comma_and_conditional(bool fast, std::shared_future<int> result) {
  int n = (::usleep(5), 1);
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'usleep' sleeps
  n += fast ? 0 : result.get();
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'std::shared_future::get' waits for another thread
  co_return n;
}

std::vector<int> numbers();
mini::task<> range_for(std::future<std::vector<int>> result) {
  for (int n : result.get())
    // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'std::future::get' waits for another thread
    use(n);
  co_return;
}

mini::task<> constructor_of_a_file() {
  std::ifstream file("settings.ini");
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: {{.*}} waits for the file system and blocks the thread that runs coroutine 'constructor_of_a_file'
  co_return;
}

mini::task<> awaited_operand(mini::event_loop &loop, std::future<int> delay) {
  co_await loop.sleep_for(std::chrono::milliseconds(delay.get()));
  // CHECK-MESSAGES: :[[@LINE-1]]:59: warning: 'std::future::get' waits for another thread
}

mini::task<> in_lambda(mini::event_loop &loop) {
  auto inner = [&]() -> mini::task<> {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs a coroutine lambda
    co_await loop.schedule();
  };
  co_await inner();
}

struct Session {
  std::thread worker;
  std::counting_semaphore<4> slots{4};
  mini::task<> close() {
    slots.acquire();
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'std::counting_semaphore::acquire' waits for another thread and blocks the thread that runs coroutine 'close'
    worker.join();
    // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'std::thread::join' waits for another thread
    co_return;
  }
};

template <class T> mini::task<T> pattern(T value) {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs coroutine 'pattern'
  co_return value;
}
template mini::task<int> pattern(int);
template mini::task<long> pattern(long);

template <class Future> mini::task<int> only_the_instantiation_knows(Future result) {
  co_return result.get();
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'std::future::get' waits for another thread
}
template mini::task<int> only_the_instantiation_knows(std::future<int>);

#define NAP() std::this_thread::sleep_for(1ms)
mini::task<> macro() {
  NAP();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs coroutine 'macro'
  co_return;
}

mini::task<> waits_for_many_things(pollfd *fds, addrinfo **found, std::condition_variable &changed, std::mutex &mutex) {
  ::poll(fds, 1, -1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'poll' waits for
  ::getaddrinfo("example.org", "80", nullptr, found);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'getaddrinfo' waits for a name server
  ::waitpid(42, nullptr, 0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'waitpid' waits for a process
  std::unique_lock lock(mutex);
  changed.wait(lock);
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'std::condition_variable::wait' waits for another thread
  std::string line;
  std::getline(std::cin, line);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::getline' waits for console input
  co_return;
}

int default_wait(int n = ::system("true"));
mini::task<> default_argument() {
  default_wait();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'system' waits for a process and blocks the thread that runs coroutine 'default_argument'
  co_return;
}

// An asynchronous generator runs on the loop although it only yields here.
struct async_generator {
  struct promise_type {
    async_generator get_return_object() { return {}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(int) { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const { throw; }
  };
  mini::task<int> next();
};
async_generator ticks() {
  ::sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' sleeps and blocks the thread that runs coroutine 'ticks'
  co_yield 1;
}
