// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The event loop: order, time, other threads, descriptors, closing, wrong use.
#include "harness.hpp"

#include <algorithm>
#include <fcntl.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace asyncrt::test {
namespace {

using loop_test = runtime;

class reactor_test : public on_each_reactor {
public:
  using on_each_reactor::kinds;
  using on_each_reactor::name;
};
INSTANTIATE_TEST_SUITE_P(reactor, reactor_test, reactor_test::kinds(), reactor_test::name);

/// A connected pair of stream sockets.
struct pair {
  pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, end), 0); }
  ~pair() {
    for (const int fd : end)
      if (fd >= 0)
        ::close(fd);
  }
  int end[2];
};

task<> forever() {
  for (;;)
    co_await sleep_for(1h);
}

// R-LOOP-1
TEST_F(loop_test, ready_coroutines_run_in_order_and_new_ones_in_the_next_turn) {
  test_loop loop;
  trace t;
  const auto poster = [&](std::string name) {
    loop->post([&t, &loop, name] {
      t.push_back(name);
      loop->post([&t, name] { t.push_back(name + "'"); });
    });
  };
  poster("a");
  poster("b");
  loop->run();
  EXPECT_EQ(t, (trace{"a", "b", "a'", "b'"}));
}

// R-LOOP-2
TEST_F(loop_test, post_never_resumes_inline) {
  test_loop loop;
  trace t;
  loop->post([&] {
    loop->post([&] { t.push_back("inner"); });
    t.push_back("outer ends");
  });
  EXPECT_TRUE(t.empty());
  loop->run();
  EXPECT_EQ(t, (trace{"outer ends", "inner"}));
}

// R-LOOP-3
TEST_F(loop_test, a_turn_is_ready_then_io_then_timers) {
  test_loop loop;
  pair p;
  trace t;
  loop.run([](test_loop &loop, pair &p, trace &t) -> task<> {
    const auto reader = [](pair &p, trace &t) -> task<> {
      co_await async_readable(p.end[0]);
      t.push_back("io");
    };
    const auto sleeper = [](trace &t) -> task<> {
      co_await sleep_for(1ms);
      t.push_back("timer");
    };
    task_handle<> s = spawn(sleeper(t));
    task_handle<> r = spawn(reader(p, t));
    co_await yield();
    // Both are due in the same turn, and something is ready.
    EXPECT_EQ(::write(p.end[1], "x", 1), 1);
    loop.clock().advance(1ms);
    loop->post([&t] { t.push_back("ready"); });
    co_await s;
    co_await r;
  }(loop, p, t));
  EXPECT_EQ(t, (trace{"ready", "io", "timer"}));
}

// R-TIME-1
TEST_F(loop_test, timers_fire_by_deadline_and_ties_in_order) {
  test_loop loop;
  trace t;
  for (int i = 0; i < 50; ++i)
    for (const int ms : {3, 1, 2})
      loop->schedule_after(std::chrono::milliseconds(ms), [&t, ms, i] { t.push_back(std::to_string(ms * 100 + i)); });
  loop->run();
  trace expected;
  for (const int ms : {1, 2, 3})
    for (int i = 0; i < 50; ++i)
      expected.push_back(std::to_string(ms * 100 + i));
  EXPECT_EQ(t, expected);
  EXPECT_EQ(loop.elapsed(), 3ms);
}

// R-TIME-2
TEST_F(loop_test, a_huge_time_is_never_and_not_an_overflow) {
  test_loop loop;
  loop.run([]() -> task<> {
    const auto sleeper = []() -> task<> { co_await sleep_for(std::chrono::hours::max()); };
    task_handle<> h = spawn(sleeper());
    co_await sleep_for(24h * 365);
    co_await sleep_for(-1s);
    EXPECT_FALSE(h.ready());
    h.request_stop();
  }());
}

// R-TIME-3
TEST_F(loop_test, heap_of_timers_holds_under_random_use) {
  struct node : timer_node {
    node() : timer_node([](timer_node &t) noexcept { static_cast<node &>(t).fired = true; }) {}
    bool fired = false;
  };
  std::uint64_t state = 88172645463325252u;
  const auto random = [&state](std::uint64_t below) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state % below;
  };
  timer_heap heap;
  std::vector<node> nodes(500);
  time_ns now = 0;
  for (int i = 0; i < 20000; ++i) {
    node &n = nodes[random(nodes.size())];
    if (n.armed())
      heap.remove(n);
    else {
      n.fired = false;
      heap.add(n, now + static_cast<time_ns>(random(1000)));
    }
    if (random(20) == 0) {
      now += static_cast<time_ns>(random(100));
      heap.expire(now);
      for (node &m : nodes)
        ASSERT_TRUE(!m.armed() || m.deadline() > now);
    }
  }
  heap.expire(now + 1000);
  EXPECT_TRUE(heap.empty());
}

// R-TIME-5
TEST_F(loop_test, a_manual_clock_moves_when_nothing_else_can_happen) {
  test_loop loop;
  pair p;
  trace t;
  loop.run([](test_loop &loop, pair &p, trace &t) -> task<> {
    const auto reader = [](pair &p, trace &t) -> task<> {
      co_await async_readable(p.end[0]);
      t.push_back("io");
    };
    task_handle<> r = spawn(reader(p, t));
    // Nobody writes yet, so a year passes; then the written byte comes before the next one.
    co_await sleep_for(24h * 365);
    EXPECT_EQ(loop.elapsed(), 24h * 365);
    EXPECT_EQ(::write(p.end[1], "x", 1), 1);
    co_await sleep_for(24h * 365);
    t.push_back("year");
    co_await r;
  }(loop, p, t));
  EXPECT_EQ(t, (trace{"io", "year"}));
}

// R-LOOP-4
TEST_F(loop_test, run_ends_when_nothing_is_left_to_wait_for) {
  test_loop loop;
  loop->run();
  loop->schedule_after(5ms, [] {});
  loop->run();
  EXPECT_EQ(loop.elapsed(), 5ms);
}

// R-LOOP-5
TEST_F(loop_test, stop_ends_run_after_the_turn) {
  test_loop loop;
  trace t;
  loop->post([&] { loop->stop(), t.push_back("stop"); });
  loop->post([&] { t.push_back("same turn"), loop->post([&] { t.push_back("next turn"); }); });
  loop->run();
  EXPECT_EQ(t, (trace{"stop", "same turn"}));
  loop->run();
  EXPECT_EQ(t, (trace{"stop", "same turn", "next turn"}));
}

// R-LOOP-6
TEST_F(loop_test, run_one_makes_one_step) {
  test_loop loop;
  trace t;
  loop->post([&] { t.push_back("a"); });
  loop->schedule_after(1s, [&] { t.push_back("b"); });
  EXPECT_TRUE(loop->run_one());
  EXPECT_EQ(t, (trace{"a"}));
  EXPECT_TRUE(loop->run_one());
  EXPECT_EQ(t, (trace{"a", "b"}));
  EXPECT_FALSE(loop->run_one());
}

// R-LOOP-7
TEST_F(loop_test, a_callback_that_throws_throws_out_of_run_and_loses_nothing) {
  test_loop loop;
  trace t;
  loop->post([] { throw std::runtime_error("callback"); });
  loop->post([&] { t.push_back("same turn"); });
  EXPECT_THROW(loop->run(), std::runtime_error);
  EXPECT_TRUE(t.empty());
  loop->run();
  EXPECT_EQ(t, (trace{"same turn"}));
}

// R-LOOP-8
TEST_F(loop_test, other_threads_post_in_their_order_and_wake_the_loop) {
  event_loop loop;
  std::vector<int> seen;
  loop.external_work_started();
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i)
      loop.post_from_any_thread([&seen, i] { seen.push_back(i); });
    loop.post_from_any_thread([&loop] { loop.external_work_finished(); });
  });
  loop.run();
  other.join();
  ASSERT_EQ(seen.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

// R-LOOP-9
TEST_F(loop_test, a_deadlock_is_told_and_the_task_ends) {
  test_loop loop;
  trace t;
  const auto stuck = [](trace &t) -> task<> {
    struct never : waiter {
      bool await_suspend(std::coroutine_handle<detail::task_promise<void>> h) noexcept {
        suspend(h.promise());
        return true;
      }
      void await_resume() const { throw_if_stopped(); }
    };
    try {
      co_await never();
    } catch (const operation_stopped &) {
      t.push_back("cleaned up");
      throw;
    }
  };
  EXPECT_THROW(loop.run(stuck(t)), deadlock_error);
  EXPECT_EQ(t, (trace{"cleaned up"}));
}

// R-LOOP-10
TEST_F(loop_test, closing_stops_and_joins_what_was_spawned) {
  trace t;
  {
    test_loop loop;
    loop.run([](trace &t) -> task<> {
      const auto slow = [](trace &t) -> task<> {
        try {
          co_await sleep_for(1h);
        } catch (const operation_stopped &) {
          t.push_back("cleaned up");
          throw;
        }
      };
      spawn(slow(t)).detach();
      co_await yield();
    }(t));
    t.push_back("main ended");
    EXPECT_EQ(loop->close(), 0u);
  }
  EXPECT_EQ(t, (trace{"main ended", "cleaned up"}));
}

// R-LOOP-10
TEST_F(loop_test, closing_reports_and_destroys_what_cannot_be_stopped) {
  findings found;
  async_event never;
  trace t;
  {
    test_loop loop;
    const auto deaf = [](async_event &e, trace &t, std::string name) -> task<> {
      struct says {
        trace &t;
        std::string name;
        ~says() { t.push_back(name); }
      } says{t, name};
      co_await unstoppable(e.wait());
    };
    spawn(loop.loop(), deaf(never, t, "older"), "older").detach();
    spawn(loop.loop(), deaf(never, t, "newer"), "newer").detach();
    loop->run();
    EXPECT_EQ(loop->close(), 2u);
  }
  EXPECT_EQ(t, (trace{"newer", "older"}));
  EXPECT_EQ(findings::seen(), (trace{"async-detached-task: newer", "async-detached-task: older"}));
}

// R-LOOP-10
TEST_F(loop_test, closing_reports_and_destroys_tasks_of_scopes_that_nobody_joined) {
  findings found;
  static std::string details;
  const report_sink before = set_report_sink([](const finding &f) noexcept {
    findings::seen().push_back(std::string(f.check) + ": " + f.task);
    details = f.details;
  });
  // Never destroyed: that would trap.
  static counting_scope *const forgotten = new counting_scope;
  {
    test_loop loop;
    loop.run([]() -> task<> {
      forgotten->spawn([]() -> task<> { co_await sleep_for(1h); }(), "older").detach();
      forgotten->spawn([]() -> task<> { co_await with_timeout(sleep_for(2h), 3h); }(), "newer").detach();
      counting_scope joined;
      joined.spawn([]() -> task<> { co_await sleep_for(1h); }(), "joined").detach();
      joined.request_stop();
      co_await joined.join();
    }());
    EXPECT_EQ(loop->close(), 2u);
    EXPECT_EQ(loop->close(), 0u);
  }
  set_report_sink(before);
  EXPECT_EQ(findings::seen(), (trace{"async-unjoined-scope: newer", "async-unjoined-scope: older"}));
  EXPECT_EQ(details.find("task \"older\"\n  "), 0u) << details;
  EXPECT_NE(details.find("loop_test.cpp:"), std::string::npos) << details;
  EXPECT_EQ(std::count(details.begin(), details.end(), '\n'), 2) << details;
}

// R-LOOP-11
TEST_F(loop_test, the_budget_of_inline_completions_forces_a_hop) {
  test_loop loop;
  loop.run([](test_loop &loop) -> task<> {
    bool ran = false;
    task_handle<int> ready = spawn([]() -> task<int> { co_return 1; }());
    co_await ready;
    loop->post([&ran] { ran = true; });
    unsigned awaits = 0;
    while (!ran) {
      co_await ready;
      ++awaits;
    }
    EXPECT_EQ(awaits, scheduler::inline_budget);
  }(loop));
}

// R-LOOP-12
TEST_F(loop_test, running_a_loop_inside_of_a_loop_traps) {
  const auto nested = [] {
    run([]() -> task<> {
      run(forever());
      co_return;
    }());
  };
  EXPECT_DEATH(nested(),
               "async-sync-wait: a loop is run inside of a running loop: .*running_a_loop_inside_of_a_loop_traps"
               "(.|\n)*a loop was run inside of a running loop; co_await instead");
}

// R-LOOP-13
TEST_F(loop_test, using_a_loop_from_another_thread_traps) {
  const auto wrong = [] {
    event_loop loop;
    std::thread([&] { loop.post([] {}); }).join();
  };
  EXPECT_DEATH(wrong(), "async-executor-affinity: a loop is used from another thread than its own: outside of a loop"
                        "(.|\n)*a loop was used from another thread than its own; use post_from_any_thread");
}

// R-LOOP-13
TEST_F(loop_test, what_is_named_after_any_thread_is_no_wrong_thread) {
  findings found;
  test_loop loop;
  loop->external_work_started();
  std::thread other([&] { loop->post_from_any_thread([&] { loop->external_work_finished(); }); });
  loop->run();
  other.join();
  EXPECT_EQ(findings::seen(), trace());
}

// R-LOOP-14
TEST_F(loop_test, resuming_a_coroutine_twice_traps) {
  const auto twice = [] {
    struct again {
      bool await_ready() { return false; }
      void await_suspend(std::coroutine_handle<detail::task_promise<void>> h) {
        h.promise().loop().push_ready(h.promise());
        h.promise().loop().push_ready(h.promise());
      }
      void await_resume() {}
    };
    run([]() -> task<> { co_await again(); }());
  };
  EXPECT_DEATH(twice(), "a coroutine was resumed twice");
}

// R-LOOP-15
TEST_F(loop_test, a_seed_gives_an_order_and_the_same_one_each_time) {
  const auto order = [](std::optional<std::uint64_t> seed) {
    test_loop loop(seed);
    std::vector<int> seen;
    for (int i = 0; i < 20; ++i)
      loop->post([&seen, i] { seen.push_back(i); });
    loop->run();
    return seen;
  };
  const std::vector<int> natural = order(std::nullopt);
  EXPECT_TRUE(std::is_sorted(natural.begin(), natural.end()));
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), natural);
  EXPECT_NE(order(1), order(2));
  std::vector<int> sorted = order(3);
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, natural);
}

// R-LOOP-16
TEST_F(loop_test, a_coroutine_is_resumed_on_its_own_loop) {
  test_loop waiting, setting;
  async_event e;
  event_loop *resumed_on = nullptr;
  const auto waits = [](async_event &e, event_loop *&resumed_on) -> task<> {
    co_await e.wait();
    resumed_on = event_loop::current();
  };
  const auto sets = [](async_event &e) -> task<> {
    e.set();
    co_await yield();
  };
  spawn(waiting.loop(), waits(e, resumed_on)).detach();
  waiting->run();
  setting.run(sets(e));
  EXPECT_EQ(resumed_on, nullptr);
  waiting->run();
  EXPECT_EQ(resumed_on, &waiting.loop());
}

// R-IO-1
TEST_P(reactor_test, a_descriptor_is_waited_for_in_both_directions) {
  event_loop loop;
  pair p;
  char c = 0;
  loop.run_until([](pair &p, char &c) -> task<> {
    const auto reader = [](pair &p, char &c) -> task<> {
      EXPECT_EQ(::read(p.end[0], &c, 1), -1);
      co_await async_readable(p.end[0]);
      EXPECT_EQ(::read(p.end[0], &c, 1), 1);
    };
    task_handle<> r = spawn(reader(p, c));
    co_await async_writable(p.end[0]);
    co_await async_writable(p.end[1]);
    EXPECT_EQ(::write(p.end[1], "y", 1), 1);
    co_await r;
  }(p, c));
  EXPECT_EQ(c, 'y');
}

// R-IO-2
TEST_P(reactor_test, a_second_waiter_for_a_direction_and_a_bad_descriptor_are_errors) {
  test_loop loop;
  pair p;
  loop.run([](pair &p) -> task<> {
    const auto wait = [](int fd) -> task<int> {
      try {
        co_await async_readable(fd);
      } catch (const std::system_error &e) {
        co_return e.code().value();
      }
      co_return 0;
    };
    task_handle<int> first = spawn(wait(p.end[0]));
    co_await yield();
    EXPECT_EQ(co_await wait(p.end[0]), EBUSY);
    EXPECT_EQ(co_await wait(-1), EBADF);
    EXPECT_EQ(co_await wait(12345), EBADF);
    EXPECT_FALSE(first.ready());
    first.request_stop();
    while (!first.ready())
      co_await yield();
    EXPECT_TRUE(first.stopped());
  }(p));
}

// R-IO-3
TEST_P(reactor_test, a_closed_descriptor_number_can_be_used_again) {
  event_loop loop;
  for (int round = 0; round < 3; ++round) {
    pair p;
    loop.run_until([](pair &p) -> task<> {
      const auto reader = [](pair &p) -> task<> { co_await async_readable(p.end[0]); };
      task_handle<> r = spawn(reader(p));
      co_await yield();
      EXPECT_EQ(::write(p.end[1], "z", 1), 1);
      co_await r;
    }(p));
  }
}

// R-IO-4
TEST_P(reactor_test, an_attached_descriptor_keeps_its_edges) {
  event_loop loop;
  pair p;
  ASSERT_EQ(loop.io().attach(p.end[0]), 0);
  loop.run_until([](pair &p) -> task<> {
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(::write(p.end[1], "z", 1), 1);
      char c;
      while (::read(p.end[0], &c, 1) < 0)
        co_await async_readable(p.end[0]);
    }
  }(p));
  loop.io().forget(p.end[0]);
}

// R-IO-20
TEST_P(reactor_test, what_is_done_may_wait_for_a_descriptor_of_any_number) {
  static event_loop *loop;
  static int high;
  struct operation : readiness_operation {
    operation(function done, int number, readiness direction) : readiness_operation(done, number, direction) {}
    bool done = false;
    static void end(io_operation &op, int) noexcept { static_cast<operation &>(op).done = true; }
  };
  static operation *later;
  event_loop here;
  loop = &here;
  pair p;
  // So high a number that the reactor has to make room for it, while it tells of the other one.
  high = ::fcntl(p.end[1], F_DUPFD_CLOEXEC, 1500);
  ASSERT_GE(high, 1500);
  operation at_high(operation::end, high, readiness::writable);
  later = &at_high;
  operation first(
      [](io_operation &op, int) noexcept {
        static_cast<operation &>(op).done = true;
        EXPECT_EQ(loop->io().start(*later), 0);
      },
      p.end[0], readiness::readable);
  operation other(operation::end, p.end[0], readiness::writable);
  ASSERT_EQ(here.io().start(first), 0);
  ASSERT_EQ(here.io().start(other), 0);
  EXPECT_EQ(::write(p.end[1], "z", 1), 1);
  for (int i = 0; i < 100 && here.io().pending() != 0; ++i)
    here.io().poll(10'000'000);
  EXPECT_TRUE(first.done && other.done && at_high.done);
  ::close(high);
}

TEST_F(loop_test, sync_wait_gives_nothing_for_a_stopped_task) {
  const auto stopped = []() -> task<int> {
    throw operation_stopped{};
    co_return 1;
  };
  EXPECT_EQ(sync_wait(stopped()), std::nullopt);
  EXPECT_EQ(sync_wait([]() -> task<int> { co_return 2; }()), 2);
  EXPECT_TRUE(sync_wait([]() -> task<> { co_return; }()));
}

// R-TIME-4
TEST_F(loop_test, an_interval_does_not_drift) {
  test_loop loop;
  loop.run([](test_loop &loop) -> task<> {
    interval every(10ms);
    EXPECT_EQ(co_await every.tick(), 0u);
    EXPECT_EQ(loop.elapsed(), 10ms);
    co_await sleep_for(3ms);
    EXPECT_EQ(co_await every.tick(), 0u);
    EXPECT_EQ(loop.elapsed(), 20ms);
    co_await sleep_for(35ms);
    EXPECT_EQ(co_await every.tick(), 3u);
    EXPECT_EQ(loop.elapsed(), 60ms);
  }(loop));
}

} // namespace
} // namespace asyncrt::test
