// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// test_loop: an event loop for tests, with time that is driven, orders that are drawn, and stops at every step.
#pragma once

#include <asyncrt/loop/event_loop.hpp>
#include <asyncrt/testing/manual_clock.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <utility>

namespace asyncrt::testing {

/// An event_loop on a manual_clock. With a seed, the coroutines of each turn run in an order drawn from it: the same
/// seed gives the same run.
class test_loop {
public:
  test_loop() : test_loop(std::nullopt) {}
  explicit test_loop(std::optional<std::uint64_t> shuffle)
      : loop_(loop_options{.clock = &clock_, .shuffle = shuffle, .seed = 1}) {}

  event_loop &loop() noexcept { return loop_; }
  event_loop *operator->() noexcept { return &loop_; }
  manual_clock &clock() noexcept { return clock_; }
  /// Of the loop's time, since the loop was made.
  std::chrono::nanoseconds elapsed() const noexcept { return clock_.elapsed(); }

  template <class T> T run(task<T> t) { return loop_.run_until(std::move(t)); }

private:
  manual_clock clock_;
  event_loop loop_;
};

/// Runs \p body with a test_loop for the order in which coroutines become ready, and for \p orders more that are drawn.
/// When \p failed returns true after a run, or \p body throws, the seed is printed and the rest is left out. The
/// environment variable ASYNCRT_SEED replays the order of one seed instead.
template <class Body, class Failed> void in_many_orders(unsigned orders, Body &&body, Failed &&failed) {
  const auto once = [&](std::optional<std::uint64_t> seed) {
    const auto tell = [&] {
      if (seed)
        std::fprintf(stderr, "in the order of seed %llu; to replay: ASYNCRT_SEED=%llu\n",
                     static_cast<unsigned long long>(*seed), static_cast<unsigned long long>(*seed));
      else
        std::fprintf(stderr, "in the order of becoming ready\n");
    };
    try {
      test_loop loop(seed);
      body(loop);
    } catch (...) {
      tell();
      throw;
    }
    if (!failed())
      return true;
    tell();
    return false;
  };
  if (const char *replay = std::getenv("ASYNCRT_SEED")) {
    once(std::strtoull(replay, nullptr, 10));
    return;
  }
  if (!once(std::nullopt))
    return;
  for (unsigned i = 1; i <= orders; ++i)
    if (!once(i))
      return;
}

/// Runs the program that \p make gives again and again, on a loop of its own each time: the first time to its end, and
/// then once for each of its steps, asked to stop before that step. After each run \p check is called with the number
/// of the step, or nothing for the first run. Stops when a program ended before the step had come; returns the number
/// of runs.
///
/// \p make is called with the loop and returns a task<void>. Programs that are stopped may end stopped, with a value or
/// with an error; what they must keep, \p check knows: that nothing is lost, held or alive. A stop that the program
/// does not end after is a deadlock_error, and thrown.
template <class Make, class Check> unsigned stopped_at_every_step(Make &&make, Check &&check) {
  for (unsigned run = 0;; ++run) {
    bool reached = run == 0;
    {
      test_loop loop;
      task_handle<void> main = spawn(loop.loop(), make(loop), "the program");
      for (unsigned step = 1; !main.ready(); ++step) {
        if (step == run)
          reached = main.request_stop();
        if (!loop->run_one() && !main.ready())
          throw deadlock_error();
      }
      const result<void> ended = main.take_result();
      if (run == 0)
        ended.rethrow();
    }
    if (run == 0)
      check(std::optional<unsigned>());
    else
      check(std::optional<unsigned>(run));
    if (!reached)
      return run;
  }
}

} // namespace asyncrt::testing
