// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// libcoro as a contestant: a thread pool of one thread is its loop.
#include "contestant.hpp"

#include <coro/ring_buffer.hpp>
#include <coro/sync_wait.hpp>
#include <coro/task.hpp>
#include <coro/thread_pool.hpp>
#include <coro/when_all.hpp>

#include <algorithm>
#include <memory>

using namespace bench;
using coro::task;

namespace {

std::unique_ptr<coro::thread_pool> one_thread() { return coro::thread_pool::make_unique({.thread_count = 1}); }

// Two coroutines take turns.
task<void> hops(coro::thread_pool &pool, std::size_t n) {
  while (n--)
    co_await pool.yield();
}
measured hop(std::size_t n, std::size_t) {
  const auto pool = one_thread();
  return time_of([&] { coro::sync_wait(coro::when_all(hops(*pool, n / 2), hops(*pool, n / 2))); });
}

// Awaiting a coroutine that does nothing, and that the compiler does not see through.
[[gnu::noinline]] task<std::size_t> increment(std::size_t i) { co_return i + 1; }
task<std::size_t> children(std::size_t n) {
  std::size_t sum = 0;
  while (sum < n)
    sum = co_await increment(sum);
  co_return sum;
}
measured child(std::size_t n, std::size_t) {
  return time_of([&] { coro::sync_wait(children(n)); });
}

// Tasks that count and end, a thousand at a time.
[[gnu::noinline]] task<void> count(std::size_t &done) {
  ++done;
  co_return;
}
task<void> spawns(coro::thread_pool &pool, std::size_t n) {
  co_await pool.schedule();
  std::size_t done = 0;
  for (std::size_t i = 0; i < n;) {
    for (const std::size_t end = std::min(n, i + 1000); i < end; ++i)
      pool.spawn_detached(count(done));
    do
      co_await pool.yield();
    while (done < i);
  }
}
measured spawn(std::size_t n, std::size_t) {
  const auto pool = one_thread();
  return time_of([&] { coro::sync_wait(spawns(*pool, n)); });
}

// One producer, one consumer, a bound.
using buffer = coro::ring_buffer<std::size_t, channel_capacity>;
task<void> produce(coro::thread_pool &pool, buffer &b, std::size_t n) {
  co_await pool.schedule();
  for (std::size_t i = 0; i < n; ++i)
    co_await b.produce(i);
}
task<void> consume(coro::thread_pool &pool, buffer &b, std::size_t n) {
  co_await pool.schedule();
  while (n--)
    co_await b.consume();
}
measured channel(std::size_t n, std::size_t) {
  const auto pool = one_thread();
  buffer b;
  return time_of([&] { coro::sync_wait(coro::when_all(produce(*pool, b, n), consume(*pool, b, n))); });
}

} // namespace

int main(int argc, char **argv) {
  return main_of(argc, argv, {{"hop", hop}, {"child", child}, {"spawn", spawn}, {"channel", channel}});
}
