// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_simple as a contestant: the executor that comes with it, with one thread, is its loop. It has no channel.
#include "contestant.hpp"

#include <async_simple/coro/Collect.h>
#include <async_simple/coro/Lazy.h>
#include <async_simple/coro/SyncAwait.h>
#include <async_simple/executors/SimpleExecutor.h>

#include <algorithm>

using namespace async_simple::coro;
using namespace bench;
using async_simple::executors::SimpleExecutor;

namespace {

// Two coroutines take turns.
Lazy<> hops(std::size_t n) {
  while (n--)
    co_await Yield{};
}
Lazy<> both(std::size_t n) { co_await collectAll(hops(n), hops(n)); }
measured hop(std::size_t n, std::size_t) {
  SimpleExecutor executor(1);
  return time_of([&] { syncAwait(both(n / 2).via(&executor)); });
}

// Awaiting a coroutine that does nothing, and that the compiler does not see through.
[[gnu::noinline]] Lazy<std::size_t> increment(std::size_t i) { co_return i + 1; }
Lazy<std::size_t> children(std::size_t n) {
  std::size_t sum = 0;
  while (sum < n)
    sum = co_await increment(sum);
  co_return sum;
}
measured child(std::size_t n, std::size_t) {
  return time_of([&] { syncAwait(children(n)); });
}

// Tasks that count and end, a thousand at a time.
[[gnu::noinline]] Lazy<> count(std::size_t &done) {
  ++done;
  co_return;
}
Lazy<> spawns(SimpleExecutor &executor, std::size_t n) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < n;) {
    for (const std::size_t end = std::min(n, i + 1000); i < end; ++i)
      count(done).via(&executor).detach();
    do
      co_await Yield{};
    while (done < i);
  }
}
measured spawn(std::size_t n, std::size_t) {
  SimpleExecutor executor(1);
  return time_of([&] { syncAwait(spawns(executor, n).via(&executor)); });
}

} // namespace

int main(int argc, char **argv) { return main_of(argc, argv, {{"hop", hop}, {"child", child}, {"spawn", spawn}}); }
