// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// TooManyCooks as a contestant: its executor of one thread is its loop, its bounded queue of one producer and one
/// consumer its channel.
#include "contestant.hpp"

#define TMC_IMPL
#include <tmc/aw_yield.hpp>
#include <tmc/ex_cpu_st.hpp>
#include <tmc/qu_spsc_bounded.hpp>
#include <tmc/spawn.hpp>
#include <tmc/spawn_tuple.hpp>
#include <tmc/sync.hpp>
#include <tmc/task.hpp>

#include <algorithm>

using namespace bench;
using tmc::task;

namespace {

/// Runs \p main on a thread of its own and waits for it.
measured time_on_executor(task<void> main) {
  tmc::ex_cpu_st executor;
  executor.init();
  return time_of([&] { tmc::post_waitable(executor, std::move(main)).get(); });
}

// Two coroutines take turns.
task<void> hops(std::size_t n) {
  while (n--)
    co_await tmc::reschedule();
}
task<void> both(std::size_t n) { co_await tmc::spawn_tuple(hops(n), hops(n)); }
measured hop(std::size_t n, std::size_t) { return time_on_executor(both(n / 2)); }

// Awaiting a coroutine that does nothing, and that the compiler does not see through.
[[gnu::noinline]] task<std::size_t> increment(std::size_t i) { co_return i + 1; }
task<void> children(std::size_t n) {
  for (std::size_t sum = 0; sum < n;)
    sum = co_await increment(sum);
}
measured child(std::size_t n, std::size_t) { return time_on_executor(children(n)); }

// Tasks that count and end, a thousand at a time.
[[gnu::noinline]] task<void> count(std::size_t &done) {
  ++done;
  co_return;
}
task<void> spawns(std::size_t n) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < n;) {
    for (const std::size_t end = std::min(n, i + 1000); i < end; ++i)
      tmc::spawn(count(done)).detach();
    do
      co_await tmc::reschedule();
    while (done < i);
  }
}
measured spawn(std::size_t n, std::size_t) { return time_on_executor(spawns(n)); }

// One producer, one consumer, a bound.
using queue_type = tmc::qu_spsc_bounded<std::size_t>;
task<void> produce(queue_type &q, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    co_await q.push(i);
}
task<void> consume(queue_type &q, std::size_t n) {
  while (n--)
    co_await q.pull();
}
task<void> transfer(std::size_t n) {
  queue_type q(channel_capacity);
  co_await tmc::spawn_tuple(produce(q, n), consume(q, n));
}
measured channel(std::size_t n, std::size_t) { return time_on_executor(transfer(n)); }

} // namespace

int main(int argc, char **argv) {
  return main_of(argc, argv, {{"hop", hop}, {"child", child}, {"spawn", spawn}, {"channel", channel}});
}
