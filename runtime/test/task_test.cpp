// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// task, now_task, spawn and task_handle, cancellation of tasks.
#include "harness.hpp"

#include <memory>
#include <stdexcept>

namespace asyncrt::test {
namespace {

using task_test = runtime;

task<int> give(int x) { co_return x; }
task<int> fail(const char *what) {
  co_await yield();
  throw std::runtime_error(what);
}
task<> note(trace &t, std::string what) {
  t.push_back(std::move(what));
  co_return;
}

// R-TASK-1
TEST_F(task_test, nothing_of_the_body_runs_before_it_is_awaited) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    task<> lazy = note(t, "body");
    t.push_back("made");
    co_await std::move(lazy);
    t.push_back("awaited");
  }(t));
  EXPECT_EQ(t, (trace{"made", "body", "awaited"}));
}

// R-TASK-2
TEST_F(task_test, the_result_is_a_value_a_reference_or_an_exception) {
  test_loop loop;
  static int referred = 7;
  const auto refer = []() -> task<int &> { co_return referred; };
  const auto own = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); };
  loop.run([](auto refer, auto own) -> task<> {
    EXPECT_EQ(co_await give(1), 1);
    EXPECT_EQ(&co_await refer(), &referred);
    EXPECT_EQ(*co_await own(), 3);
    bool caught = false;
    try {
      co_await fail("no");
    } catch (const std::runtime_error &e) {
      caught = e.what() == std::string("no");
    }
    EXPECT_TRUE(caught);
  }(refer, own));
}

// R-TASK-3
TEST_F(task_test, a_million_children_in_a_row_do_not_grow_the_stack) {
  test_loop loop;
  const int sum = loop.run([]() -> task<int> {
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i)
      sum += co_await give(1);
    co_return sum;
  }());
  EXPECT_EQ(sum, 1'000'000);
}

// R-TASK-4
TEST_F(task_test, the_frame_is_destroyed_before_the_parent_goes_on) {
  struct noisy {
    trace &t;
    ~noisy() { t.push_back("parameter destroyed"); }
  };
  test_loop loop;
  trace t;
  const auto child = [](trace &t, std::unique_ptr<noisy>) -> task<int> {
    t.push_back("child");
    co_return 1;
  };
  loop.run([](trace &t, auto child) -> task<> {
    std::unique_ptr<noisy> argument(new noisy{t});
    task<int> made = child(t, std::move(argument));
    co_await std::move(made);
    t.push_back("parent");
  }(t, child));
  EXPECT_EQ(t, (trace{"child", "parameter destroyed", "parent"}));
}

// R-TASK-5
TEST_F(task_test, a_dropped_task_is_reported_with_its_name) {
  findings found;
  {
    task<int> dropped = give(1);
  }
  ASSERT_EQ(findings::seen().size(), 1u);
  EXPECT_NE(findings::seen()[0].find("async-unawaited-task: task<int>"), std::string::npos) << findings::seen()[0];
  EXPECT_NE(findings::seen()[0].find("give(int)"), std::string::npos) << findings::seen()[0];
}

// R-TASK-6
TEST_F(task_test, awaiting_a_moved_from_task_traps) {
  const auto twice = [] {
    test_loop loop;
    loop.run([]() -> task<> {
      task<int> once = give(1);
      co_await std::move(once);
      co_await std::move(once);
    }());
  };
  EXPECT_DEATH(twice(), "an empty task was started: it was moved from, or awaited before");
}

// R-TASK-7
TEST_F(task_test, a_now_task_keeps_temporaries_in_its_parameters_alive) {
  test_loop loop;
  const auto length = [](const std::string &text) -> now_task<std::size_t> {
    co_await yield();
    co_return text.size();
  };
  static_assert(!std::movable<now_task<int>> && !std::copyable<task<int>> && std::movable<task<int>>);
  loop.run([](auto length) -> task<> { EXPECT_EQ(co_await length(std::string(100, 'x')), 100u); }(length));
}

// R-SPAWN-1
TEST_F(task_test, a_spawned_task_begins_in_the_next_turn) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    task_handle<> h = spawn(note(t, "child"));
    t.push_back("spawned");
    co_await h;
    t.push_back("joined");
  }(t));
  EXPECT_EQ(t, (trace{"spawned", "child", "joined"}));
}

// R-SPAWN-2
TEST_F(task_test, a_handle_gives_the_result_as_often_as_asked) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      task_handle<int> h = spawn(give(5), "five");
      EXPECT_STREQ(h.name(), "five");
      EXPECT_FALSE(h.ready());
      const auto ask = [](task_handle<int> &h) -> task<int> { co_return co_await h; };
      task_handle<int> a = spawn(ask(h)), b = spawn(ask(h));
      EXPECT_EQ(co_await std::move(a) + co_await std::move(b), 10);
      EXPECT_TRUE(h.ready());
      EXPECT_EQ(h.result(), 5);
      EXPECT_EQ(h.error(), nullptr);
      EXPECT_EQ(co_await std::move(h), 5);
    }());
  });
}

// R-SPAWN-3
TEST_F(task_test, an_error_that_nobody_asked_for_is_reported) {
  findings found;
  test_loop loop;
  loop.run([]() -> task<> {
    spawn(fail("unheard"), "speaker").detach();
    co_await sleep_for(1s);
    task_handle<int> heard = spawn(fail("heard"));
    co_await sleep_for(1s);
    EXPECT_NE(heard.error(), nullptr);
  }());
  EXPECT_EQ(findings::seen(), (std::vector<std::string>{"async-unretrieved-error: speaker"}));
}

// R-SPAWN-4
TEST_F(task_test, on_done_is_called_in_a_step_of_its_own) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    task_handle<int> h = spawn(give(4));
    h.on_done([&t](const result<int> &r) { t.push_back("done " + std::to_string(r.value())); });
    co_await h;
    t.push_back("awaited");
    co_await yield();
    h.on_done([&t](const result<int> &) { t.push_back("late"); });
    t.push_back("after");
    co_await yield();
  }(t));
  EXPECT_EQ(t, (trace{"done 4", "awaited", "after", "late"}));
}

// R-STOP-1
TEST_F(task_test, a_stop_is_thrown_by_the_await_that_is_waiting) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto sleeper = [](trace &t) -> task<> {
      try {
        co_await sleep_for(1h);
      } catch (const operation_stopped &) {
        t.push_back("stopped");
        throw;
      }
    };
    task_handle<> h = spawn(sleeper(t));
    co_await yield();
    EXPECT_TRUE(h.request_stop());
    EXPECT_FALSE(h.request_stop());
    t.push_back("asked");
    bool thrown = false;
    try {
      co_await h;
    } catch (const operation_stopped &) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    EXPECT_TRUE(h.stopped());
    EXPECT_EQ(h.error(), nullptr);
  }(t));
  EXPECT_EQ(t, (trace{"asked", "stopped"}));
  EXPECT_EQ(loop.elapsed(), 0ns);
}

// R-STOP-2
TEST_F(task_test, a_stop_that_was_swallowed_is_delivered_again) {
  test_loop loop;
  const int delivered = loop.run([]() -> task<int> {
    const auto stubborn = []() -> task<int> {
      int delivered = 0;
      for (int i = 0; i < 3; ++i) {
        try {
          co_await sleep_for(1h);
        } catch (const operation_stopped &) {
          ++delivered;
        }
      }
      co_return delivered;
    };
    task_handle<int> h = spawn(stubborn());
    h.request_stop();
    co_return co_await h;
  }());
  EXPECT_EQ(delivered, 3);
}

// R-STOP-3
TEST_F(task_test, stop_is_delivered_at_stoppable_awaits_only) {
  test_loop loop;
  loop.run([]() -> task<> {
    const auto body = [](trace &t) -> task<> {
      t.push_back("begun");
      co_await give(1);
      t.push_back("after a child");
      co_await stop_if_requested();
      t.push_back("not reached");
    };
    trace t;
    task_handle<> h = spawn(body(t));
    h.request_stop();
    while (!h.ready())
      co_await yield();
    EXPECT_TRUE(h.stopped());
    EXPECT_EQ(t, (trace{"begun", "after a child"}));
  }());
}

// R-STOP-4
TEST_F(task_test, awaiting_a_handle_passes_a_stop_on_and_waits) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto inner = [](trace &t) -> task<int> {
      try {
        co_await sleep_for(1h);
      } catch (const operation_stopped &) {
        t.push_back("inner stopped");
      }
      co_return 9;
    };
    const auto outer = [](task_handle<int> &h, trace &t) -> task<int> {
      const int value = co_await h;
      t.push_back("outer goes on");
      co_return value;
    };
    task_handle<int> h = spawn(inner(t));
    task_handle<int> o = spawn(outer(h, t));
    co_await yield();
    co_await yield();
    o.request_stop();
    EXPECT_EQ(co_await o, 9);
  }(t));
  EXPECT_EQ(t, (trace{"inner stopped", "outer goes on"}));
}

TEST_F(task_test, stopped_at_every_step_nothing_is_lost) {
  const unsigned runs = stopped_at_every_step([](test_loop &) -> task<> {
    const auto child = [](int i) -> task<tracked> {
      co_await sleep_for(std::chrono::milliseconds(i));
      co_await yield();
      co_return tracked(i);
    };
    tracked mine(1);
    task_handle<tracked> a = spawn(child(1)), b = spawn(child(2));
    co_await sleep_for(1ms);
    EXPECT_EQ((co_await a).value, 1);
    EXPECT_EQ((co_await std::move(b)).value, 2);
  });
  EXPECT_GT(runs, 5u);
}

// R-TASK-8
TEST_F(task_test, context_is_inherited_and_not_shared) {
  static context_var<int> request{-1};
  EXPECT_EQ(request.get(), -1);
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      const auto child = [](int expected) -> task<> {
        EXPECT_EQ(request.get(), expected);
        request.set(expected * 10);
        co_await yield();
        EXPECT_EQ(request.get(), expected * 10);
      };
      const auto callee = []() -> task<> {
        request.set(3);
        co_return;
      };
      EXPECT_EQ(request.get(), -1);
      request.set(1);
      task_handle<> a = spawn(child(1));
      {
        auto bound = request.scoped(2);
        task_handle<> b = spawn(child(2));
        co_await b;
        EXPECT_EQ(request.get(), 2);
      }
      co_await a;
      EXPECT_EQ(request.get(), 1);
      co_await callee();
      EXPECT_EQ(request.get(), 3);
    }());
  });
}

} // namespace
} // namespace asyncrt::test
