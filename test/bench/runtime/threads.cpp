// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Plain threads as a contestant: what one would write without coroutines.
#include "contestant.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace bench;
using namespace std::chrono_literals;

namespace {

int checked(int result, const char *what) {
  if (result < 0)
    throw std::system_error(errno, std::system_category(), what);
  return result;
}

// Two threads take turns through a pair of pipes; both are on one CPU, so each step is a context switch.
void hops(int from, int to, std::size_t n) {
  char token;
  while (n-- && ::read(from, &token, 1) == 1 && ::write(to, &token, 1) == 1) {
  }
}
measured hop(std::size_t n, std::size_t) {
  int there[2], back[2];
  checked(::pipe(there), "pipe");
  checked(::pipe(back), "pipe");
  return time_of([&] {
    std::thread other(hops, there[0], back[1], n / 2);
    checked(static_cast<int>(::write(there[1], "t", 1)), "write");
    hops(back[0], there[1], n / 2);
    other.join();
  });
}

// Threads that count and end, a hundred at a time.
measured spawn(std::size_t n, std::size_t) {
  return time_of([&] {
    std::atomic<std::size_t> done = 0;
    for (std::size_t i = 0; i < n;) {
      std::vector<std::jthread> batch;
      for (const std::size_t end = std::min(n, i + 100); i < end; ++i)
        batch.emplace_back([&done] { ++done; });
    }
  });
}

// One producer, one consumer, a bound.
class bounded_queue {
public:
  void push(std::size_t value) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return values_.size() < channel_capacity; });
    values_.push_back(value);
    changed_.notify_one();
  }
  std::size_t pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !values_.empty(); });
    const std::size_t value = values_.front();
    values_.pop_front();
    changed_.notify_one();
    return value;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_; // One is enough: never do both sides wait.
  std::deque<std::size_t> values_;
};
measured channel(std::size_t n, std::size_t) {
  bounded_queue queue;
  return time_of([&] {
    std::jthread producer([&] {
      for (std::size_t i = 0; i < n; ++i)
        queue.push(i);
    });
    for (std::size_t i = 0; i < n; ++i)
      queue.pop();
  });
}

// What threads cost that wait; the kernel's part of them is not counted.
measured sleepers(std::size_t n, std::size_t) {
  return growth_of([&] {
    std::atomic<std::size_t> asleep = 0;
    for (std::size_t i = 0; i < n; ++i)
      std::thread([&asleep] {
        ++asleep;
        std::this_thread::sleep_for(1h);
      }).detach();
    while (asleep < n)
      std::this_thread::yield();
  });
}

// An echo connection, with its buffer.
void echo_one(int s) {
  char buffer[read_size];
  for (;;) {
    const ssize_t size = ::read(s, buffer, sizeof buffer);
    ssize_t written = 0;
    while (written < size) {
      const ssize_t more = ::send(s, buffer + written, size - written, MSG_NOSIGNAL);
      if (more < 0)
        break;
      written += more;
    }
    if (size <= 0 || written < size)
      break;
  }
  ::close(s);
}
measured echo(std::size_t, std::size_t) {
  const int listener = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size = sizeof address;
  checked(::bind(listener, reinterpret_cast<sockaddr *>(&address), size), "bind");
  checked(::listen(listener, 4096), "listen");
  checked(::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size), "getsockname");
  print_port(ntohs(address.sin_port));
  for (;;) {
    const int s = checked(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC), "accept");
    const int on = 1;
    ::setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread(echo_one, s).detach();
  }
}

// A thread for each call, whose result is waited for.
measured pool_per_call(std::size_t n, std::size_t) {
  return time_of([&] {
    for (std::size_t i = 0; i < n;)
      i = std::async(std::launch::async, [i] { return i + 1; }).get();
  });
}

// Requests that take 100 ms each, all at once.
measured requests(std::size_t n, std::size_t) {
  return time_of([&] {
    std::vector<std::jthread> threads;
    threads.reserve(n);
    for (std::size_t i = 0; i < n; ++i)
      threads.emplace_back([] { std::this_thread::sleep_for(100ms); });
  });
}

} // namespace

int main(int argc, char **argv) {
  const int code = main_of(argc, argv,
                           {{"hop", hop},
                            {"spawn", spawn},
                            {"channel", channel},
                            {"sleepers", sleepers},
                            {"echo", echo},
                            {"pool-per-call", pool_per_call},
                            {"requests", requests}});
  std::fflush(stdout);
  std::_Exit(code); // Some threads sleep on.
}
