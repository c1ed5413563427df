// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A program for other programs to look at: `hangs FILE` and `runs FILE` write the await graph to a file and then
/// abort, outside of a loop and in a coroutine; `ends`, `aborts` and `killed` make some steps and findings before.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/debug/await_graph.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

async_event never;

task<int> leaf(int orders) {
  co_await never.wait();
  co_return orders;
}
task<int> middle(int orders) { co_return co_await leaf(orders + 1); }
task<> outer() { co_await middle(41); }
task<> under_time_out() { co_await with_timeout(outer(), 1h); }
task<> several() { co_await when_all(leaf(1), with_timeout(leaf(2), 1h), as_result(leaf(3))); }
task<> down(int n) {
  if (n == 0)
    co_await never.wait();
  else
    co_await down(n - 1);
}
task<> in_a_scope() {
  task_group group;
  (void)group.spawn(outer(), "spawned within");
  co_await group.join();
}
task<> deaf() { co_await unstoppable(sleep_for(1h)); }
async_generator<int> numbers() {
  co_yield 1;
  co_await sleep_for(1h);
  co_yield 2;
}
task<> reads_numbers() {
  async_generator<int> from = numbers();
  while (co_await from.next()) {
  }
}

void abort_with_graph(event_loop &loop, const char *file) {
  std::ofstream(file) << debug::await_graph(loop);
  std::abort();
}

void spawn_all(event_loop &loop) {
  spawn(loop, outer()).detach();
  spawn(loop, under_time_out(), "with a time-out").detach();
  spawn(loop, several(), "several").detach();
  spawn(loop, down(1000), "d\xc3\xa9\x65p").detach();
  spawn(loop, in_a_scope(), "in a scope").detach();
  spawn(loop, reads_numbers(), "").detach();
  task_handle<> stopped = spawn(loop, deaf(), "deaf");
  for (int steps = 0; steps < 7; ++steps)
    loop.run_one();
  stopped.request_stop();
  std::move(stopped).detach();
}

void some_work() {
  run([]() -> task<> {
    task_handle<> ticks = spawn([]() -> task<> {
      for (int i = 0; i < 20; ++i)
        co_await sleep_for(1ms);
    }());
    co_await sleep_for(5ms);
    std::this_thread::sleep_for(150ms); // NOLINT(async-blocking-call)
    [[maybe_unused]] const task<> dropped = outer();
    co_await ticks;
  }());
}

} // namespace

int main(int count, char **arguments) {
  const char *mode = count > 1 ? arguments[1] : "";
  if (std::strcmp(mode, "hangs") == 0 && count == 3) {
    event_loop loop;
    spawn_all(loop);
    abort_with_graph(loop, arguments[2]);
  } else if (std::strcmp(mode, "runs") == 0 && count == 3) {
    event_loop loop;
    spawn_all(loop);
    loop.run_until([](event_loop &loop, const char *file) -> task<> {
      spawn(loop, outer(), "not begun").detach();
      co_await yield();
      spawn(loop, outer(), "not begun either").detach();
      abort_with_graph(loop, file);
    }(loop, arguments[2]));
  } else if (std::strcmp(mode, "two") == 0) {
    const event_loop one;
    event_loop other;
    spawn(other, outer(), "of the other").detach();
    std::abort();
  } else if (std::strcmp(mode, "ends") == 0) {
    some_work();
  } else if (std::strcmp(mode, "aborts") == 0) {
    some_work();
    std::abort();
  } else if (std::strcmp(mode, "killed") == 0) {
    some_work();
    std::raise(SIGKILL);
  } else {
    std::fputs("usage: asyncrt-debuggee hangs FILE | runs FILE | two | ends | aborts | killed\n", stderr);
    return 2;
  }
}
