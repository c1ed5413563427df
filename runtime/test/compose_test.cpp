// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Several things at once, time-outs, cleaning up, scopes and groups.
#include "harness.hpp"

#include <ranges>
#include <stdexcept>

namespace asyncrt::test {
namespace {

using when_test = runtime;
using timeout_test = runtime;
using cleanup_test = runtime;
using scope_test = runtime;
using retry_test = runtime;

/// Gives \p x after \p d.
task<int> after(std::chrono::nanoseconds d, int x) {
  co_await sleep_for(d);
  co_return x;
}
task<tracked> tracked_after(std::chrono::nanoseconds d, int x) {
  co_await sleep_for(d);
  co_return tracked(x);
}
task<int> fail_after(std::chrono::nanoseconds d, const char *what = "failed") {
  co_await sleep_for(d);
  throw std::runtime_error(what);
}
/// Writes down that it was stopped.
task<int> patient(trace &t, std::string name) {
  try {
    co_await sleep_for(1h);
  } catch (const operation_stopped &) {
    t.push_back(name + " stopped");
    throw;
  }
  co_return 0;
}
/// Swallows a stop and gives a value.
task<int> stubborn(int x) {
  (void)co_await as_result(sleep_for(1h));
  co_return x;
}
task<> nothing() { co_return; }

/// What \p a throws: the text of its exception, "stopped", or "" for none.
template <class A> task<std::string> error_of(A a) {
  const auto r = co_await as_result(std::move(a));
  if (r.stopped())
    co_return "stopped";
  try {
    r.rethrow();
  } catch (const std::exception &e) {
    co_return e.what();
  }
  co_return "";
}

// R-WHEN-1
TEST_F(when_test, values_come_in_the_order_of_the_arguments) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      const auto [a, b, c, d] = co_await when_all(after(3ms, 3), after(1ms, 1), nothing(), sleep_for(2ms));
      EXPECT_EQ(a, 3);
      EXPECT_EQ(b, 1);
      EXPECT_EQ(c, unit());
      EXPECT_EQ(d, unit());
      std::vector<task<int>> many;
      for (int i = 0; i < 10; ++i)
        many.push_back(after(std::chrono::milliseconds(10 - i), i));
      EXPECT_EQ(co_await when_all(std::move(many)), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
      co_await when_all(std::vector<task<>>());
    }());
    EXPECT_EQ(loop.elapsed(), 13ms);
  });
}

// R-WHEN-2
TEST_F(when_test, children_start_in_order_and_at_once) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto child = [](trace &t, std::string name) -> task<> {
      t.push_back(name);
      co_await yield();
      t.push_back(name + "'");
    };
    auto both = when_all(child(t, "a"), child(t, "b"));
    t.push_back("made");
    co_await std::move(both);
  }(t));
  EXPECT_EQ(t, (trace{"made", "a", "b", "a'", "b'"}));
}

// R-WHEN-3
TEST_F(when_test, the_first_error_stops_the_others_and_is_thrown_after_all_have_ended) {
  in_many_orders([](test_loop &loop) {
    trace t;
    loop.run([](trace &t) -> task<> {
      const std::string e = co_await error_of(
          when_all(patient(t, "a"), fail_after(1ms, "first"), fail_after(2ms, "second"), patient(t, "b")));
      t.push_back(e);
    }(t));
    EXPECT_EQ(t.size(), 3u);
    EXPECT_EQ(t.back(), "first");
    EXPECT_EQ(loop.elapsed(), 1ms);
  });
}

// R-WHEN-4
TEST_F(when_test, settled_gives_every_end_and_touches_nobody) {
  test_loop loop;
  loop.run([]() -> task<> {
    const auto stopped = []() -> task<> {
      throw operation_stopped{};
      co_return;
    };
    auto [a, b, c] = co_await when_all_settled(fail_after(1ms), after(2ms, 2), stopped());
    EXPECT_TRUE(a.has_error());
    EXPECT_EQ(b.value(), 2);
    EXPECT_TRUE(c.stopped());
    std::vector<task<int>> many;
    many.push_back(fail_after(1ms));
    many.push_back(after(2ms, 2));
    std::vector<result<int>> all = co_await when_all_settled(std::move(many));
    EXPECT_TRUE(all[0].has_error());
    EXPECT_EQ(all[1].value(), 2);
  }());
}

// R-WHEN-5
TEST_F(when_test, the_first_to_end_decides_and_the_others_are_joined) {
  in_many_orders([](test_loop &loop) {
    trace t;
    loop.run([](trace &t) -> task<> {
      auto first = co_await when_any(patient(t, "slow"), after(2ms, 2), sleep_for(1h));
      EXPECT_EQ(first.index, 1u);
      EXPECT_EQ(std::get<1>(first.value), 2);
      EXPECT_EQ(t, (trace{"slow stopped"}));
      EXPECT_EQ(co_await error_of(when_any(fail_after(1ms, "error"), after(2ms, 2))), "error");
      std::vector<task<int>> many;
      many.push_back(after(2ms, 2));
      many.push_back(after(1ms, 1));
      const auto one = co_await when_any(std::move(many));
      EXPECT_EQ(one.index, 1u);
      EXPECT_EQ(one.value, 1);
    }(t));
    EXPECT_EQ(loop.elapsed(), 4ms);
  });
}

// R-WHEN-6
TEST_F(when_test, an_outer_stop_reaches_every_child) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto outer = [](trace &t) -> task<> {
      co_await when_all(patient(t, "a"), when_any(patient(t, "b"), patient(t, "c")));
    };
    task_handle<> h = spawn(outer(t));
    co_await yield();
    h.request_stop();
    EXPECT_EQ(co_await error_of(std::move(h)), "stopped");
  }(t));
  EXPECT_EQ(t, (trace{"a stopped", "b stopped", "c stopped"}));
}

TEST_F(when_test, stopped_at_every_step) {
  EXPECT_GT(stopped_at_every_step([](test_loop &) -> task<> {
              tracked mine(0);
              auto [a, b] = co_await when_all(tracked_after(1ms, 1), tracked_after(2ms, 2));
              EXPECT_EQ(a.value + b.value, 3);
              auto first = co_await when_any(tracked_after(1ms, 1), tracked_after(2ms, 2));
              EXPECT_EQ(first.index, 0u);
              auto all = co_await when_all_settled(tracked_after(1ms, 1), fail_after(1ms));
              EXPECT_TRUE(std::get<1>(all).has_error() || std::get<1>(all).stopped());
            }),
            6u);
}

// R-TASK-8
TEST_F(when_test, children_have_contexts_of_their_own) {
  static context_var<int> id{0};
  test_loop loop;
  loop.run([]() -> task<> {
    const auto child = [](int mine) -> task<> {
      EXPECT_EQ(id.get(), 7);
      id.set(mine);
      co_await yield();
      EXPECT_EQ(id.get(), mine);
    };
    id.set(7);
    co_await when_all(child(1), child(2));
    EXPECT_EQ(id.get(), 7);
    co_await with_timeout(child(3), 1s);
    EXPECT_EQ(id.get(), 3);
  }());
}

// R-WAIT-1
TEST_F(when_test, wait_tells_who_has_ended_and_stops_nobody) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      std::vector<task_handle<int>> handles;
      handles.push_back(spawn(after(1ms, 1)));
      handles.push_back(spawn(fail_after(2ms)));
      handles.push_back(spawn(after(3ms, 3)));
      wait_result r = co_await wait(handles, wait_for::first);
      EXPECT_EQ(r.done, (std::vector<std::size_t>{0}));
      EXPECT_EQ(r.pending, (std::vector<std::size_t>{1, 2}));
      r = co_await wait(handles, wait_for::first_error);
      EXPECT_EQ(r.done, (std::vector<std::size_t>{0, 1}));
      r = co_await wait(handles);
      EXPECT_EQ(r.done.size(), 3u);
      EXPECT_NE(handles[1].error(), nullptr);
      EXPECT_EQ(handles[2].result(), 3);
    }());
  });
}

// R-WAIT-2
TEST_F(when_test, a_stopped_wait_leaves_the_tasks_alone) {
  test_loop loop;
  loop.run([]() -> task<> {
    std::vector<task_handle<int>> handles;
    handles.push_back(spawn(after(5ms, 1)));
    const auto waits = [](std::vector<task_handle<int>> &h) -> task<> { (void)co_await wait(h); };
    task_handle<> w = spawn(waits(handles));
    co_await sleep_for(1ms);
    w.request_stop();
    EXPECT_EQ(co_await error_of(std::move(w)), "stopped");
    EXPECT_FALSE(handles[0].ready());
    EXPECT_EQ(co_await handles[0], 1);
  }());
}

// R-WAIT-3
TEST_F(when_test, as_completed_gives_results_as_they_come) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      std::vector<task<int>> tasks;
      tasks.push_back(after(3ms, 3));
      tasks.push_back(fail_after(1ms));
      tasks.push_back(after(2ms, 2));
      std::vector<std::size_t> order;
      auto all = as_completed(std::move(tasks));
      while (auto next = co_await all.next()) {
        order.push_back(next->index);
        EXPECT_EQ(next->ended.has_error(), next->index == 1);
      }
      EXPECT_EQ(order, (std::vector<std::size_t>{1, 2, 0}));
    }());
  });
}

TEST_F(when_test, as_completed_stopped_at_every_step) {
  EXPECT_GT(stopped_at_every_step([](test_loop &) -> task<> {
              std::vector<task<tracked>> tasks;
              tasks.push_back(tracked_after(2ms, 2));
              tasks.push_back(tracked_after(1ms, 1));
              co_await for_each(as_completed(std::move(tasks)), [](completed<tracked> c) -> task<> {
                EXPECT_EQ(c.ended.value().value, c.index == 0 ? 2 : 1);
                co_await yield();
              });
            }),
            5u);
}

// R-TIMEOUT-1
TEST_F(timeout_test, what_ends_in_time_gives_its_value) {
  test_loop loop;
  loop.run([](test_loop &loop) -> task<> {
    EXPECT_EQ(co_await with_timeout(after(1ms, 1), 2ms), 1);
    EXPECT_EQ(loop.elapsed(), 1ms);
    EXPECT_EQ(co_await timeout_at(after(1ms, 1), loop->time() + 2ms), 1);
    EXPECT_EQ(co_await error_of(with_timeout(fail_after(1ms, "inner"), 2ms)), "inner");
    auto kept = with_timeout(after(1ms, 1), 2ms);
    EXPECT_EQ(co_await kept, 1);
    EXPECT_TRUE(loop->timers().empty());
  }(loop));
}

// R-TIMEOUT-2
TEST_F(timeout_test, what_does_not_is_stopped_and_awaited_to_its_end) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto slow = [](trace &t) -> task<> {
      (void)co_await as_result(patient(t, "inner"));
      co_await unstoppable(sleep_for(5ms));
      t.push_back("cleaned up");
      co_await stop_if_requested();
    };
    t.push_back(co_await error_of(with_timeout(slow(t), 1ms)));
  }(t));
  EXPECT_EQ(t, (trace{"inner stopped", "cleaned up", "timed out"}));
  EXPECT_EQ(loop.elapsed(), 6ms);
}

// R-TIMEOUT-3
TEST_F(timeout_test, a_value_that_came_all_the_same_wins) {
  test_loop loop;
  loop.run([]() -> task<> { EXPECT_EQ(co_await with_timeout(stubborn(4), 1ms), 4); }());
}

// R-TIMEOUT-4
TEST_F(timeout_test, an_outer_stop_is_no_timeout) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto outer = [](trace &t) -> task<> { co_await with_timeout(patient(t, "inner"), 1s); };
    task_handle<> h = spawn(outer(t));
    co_await sleep_for(1ms);
    h.request_stop();
    t.push_back(co_await error_of(std::move(h)));
  }(t));
  EXPECT_EQ(t, (trace{"inner stopped", "stopped"}));
}

TEST_F(timeout_test, a_primitive_or_a_handle_can_be_given) {
  test_loop loop;
  loop.run([]() -> task<> {
    async_event never;
    EXPECT_EQ(co_await error_of(with_timeout(never.wait(), 1ms)), "timed out");
    trace t;
    task_handle<int> h = spawn(patient(t, "task"));
    EXPECT_EQ(co_await error_of(with_timeout(std::move(h), 1ms)), "timed out");
    EXPECT_EQ(t, (trace{"task stopped"}));
    task_handle<int> named = spawn(after(1ms, 5));
    EXPECT_EQ(co_await with_timeout(named, 2ms), 5);
    EXPECT_EQ(named.result(), 5);
  }());
}

TEST_F(timeout_test, stopped_at_every_step) {
  EXPECT_GT(stopped_at_every_step([](test_loop &) -> task<> {
              EXPECT_EQ((co_await with_timeout(tracked_after(1ms, 1), 2ms)).value, 1);
              const result<tracked> late = co_await as_result(with_timeout(tracked_after(5ms, 1), 2ms));
              EXPECT_TRUE(late.has_error() || late.stopped());
              co_await unstoppable(tracked_after(1ms, 2));
            }),
            4u);
}

// R-SHIELD-1
TEST_F(cleanup_test, unstoppable_hears_no_stop) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto body = [](trace &t) -> task<> {
      EXPECT_EQ(co_await unstoppable(after(5ms, 1)), 1);
      t.push_back("done");
      co_await yield();
      t.push_back("not reached");
    };
    task_handle<> h = spawn(body(t));
    co_await sleep_for(1ms);
    h.request_stop();
    t.push_back(co_await error_of(std::move(h)));
  }(t));
  EXPECT_EQ(t, (trace{"done", "stopped"}));
}

// R-SHIELD-2
TEST_F(cleanup_test, detach_on_cancel_lets_the_task_go_on) {
  test_loop loop;
  loop.run([]() -> task<> {
    task_handle<int> work = spawn(after(5ms, 6));
    const auto waits = [](task_handle<int> &h) -> task<> { (void)co_await detach_on_cancel(h); };
    task_handle<> w = spawn(waits(work));
    co_await sleep_for(1ms);
    w.request_stop();
    EXPECT_EQ(co_await error_of(std::move(w)), "stopped");
    EXPECT_FALSE(work.ready());
    EXPECT_EQ(co_await detach_on_cancel(work), 6);
  }());
}

// R-FINALLY-1
TEST_F(cleanup_test, cleanup_runs_after_a_value_an_error_and_a_stop) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto clean = [&t]() -> task<> {
      co_await sleep_for(1ms);
      t.push_back("clean");
    };
    EXPECT_EQ(co_await finally([] { return after(1ms, 1); }, clean), 1);
    t.push_back(co_await error_of(finally([] { return fail_after(1ms, "error"); }, clean)));
    const auto stopped = [](auto clean, trace &t) -> task<> {
      (void)co_await finally([&t] { return patient(t, "body"); }, clean);
    };
    task_handle<> h = spawn(stopped(clean, t));
    co_await yield();
    h.request_stop();
    t.push_back(co_await error_of(std::move(h)));
    co_await finally([] { return nothing(); }, [&t] { t.push_back("not a coroutine"); });
  }(t));
  EXPECT_EQ(t, (trace{"clean", "clean", "error", "body stopped", "clean", "stopped", "not a coroutine"}));
}

// R-FINALLY-2
TEST_F(cleanup_test, two_errors_are_a_group) {
  test_loop loop;
  loop.run([]() -> task<> {
    EXPECT_EQ(
        co_await error_of(finally([] { return fail_after(1ms, "body"); }, [] { return fail_after(1ms, "cleanup"); })),
        "2 errors: body; cleanup");
    EXPECT_EQ(co_await error_of(finally([] { return nothing(); }, [] { return fail_after(1ms, "cleanup"); })),
              "cleanup");
  }());
}

struct door {
  trace &t;
  bool jammed = false;
  task<> open() {
    co_await sleep_for(1ms);
    if (jammed)
      throw std::runtime_error("jammed");
    t.push_back("open");
  }
  task<> close() {
    co_await sleep_for(1ms);
    t.push_back("close");
  }
};

// R-WITH-1
TEST_F(cleanup_test, with_opens_and_closes) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    EXPECT_EQ(co_await with(door{t}, [](door &) { return after(1ms, 1); }), 1);
    t.push_back(co_await error_of(with(door{t}, [](door &) { return fail_after(1ms, "error"); })));
    t.push_back(co_await error_of(with(door{t, true}, [](door &) { return fail_after(1ms, "error"); })));
  }(t));
  EXPECT_EQ(t, (trace{"open", "close", "open", "close", "error", "jammed"}));
}

TEST_F(cleanup_test, with_stopped_at_every_step_closes_what_it_opened) {
  trace t;
  EXPECT_GT(stopped_at_every_step(
                [&t](test_loop &) -> task<> {
                  t.clear();
                  (void)co_await with(door{t}, [](door &) { return after(2ms, 1); });
                },
                [&t](const std::string &when) { EXPECT_TRUE(t.empty() || t.back() == "close") << when; }),
            3u);
}

// R-RESULT-1
TEST_F(cleanup_test, as_result_and_stopped_as_optional) {
  test_loop loop;
  loop.run([]() -> task<> {
    const auto stopped = []() -> task<int> {
      throw operation_stopped{};
      co_return 1;
    };
    EXPECT_EQ((co_await as_result(after(1ms, 1))).value(), 1);
    EXPECT_TRUE((co_await as_result(stopped())).stopped());
    EXPECT_EQ((co_await as_result(fail_after(1ms))).value_or(8), 8);
    EXPECT_EQ(co_await stopped_as_optional(after(1ms, 1)), 1);
    EXPECT_EQ(co_await stopped_as_optional(stopped()), std::nullopt);
    EXPECT_EQ(co_await stopped_as_optional(nothing()), unit());
    EXPECT_EQ(co_await error_of(stopped_as_optional(fail_after(1ms, "e"))), "e");
  }());
}

// R-SCOPE-1
TEST_F(scope_test, join_waits_for_all) {
  in_many_orders([](test_loop &loop) {
    loop.run([](test_loop &loop) -> task<> {
      counting_scope scope;
      int sum = 0;
      const auto add = [](int &sum, int i) -> task<> {
        co_await sleep_for(std::chrono::milliseconds(i));
        sum += i;
      };
      for (int i = 1; i <= 4; ++i)
        scope.spawn(add(sum, i)).detach();
      EXPECT_EQ(scope.size(), 4u);
      co_await scope.join();
      EXPECT_EQ(sum, 10);
      EXPECT_EQ(loop.elapsed(), 4ms);
    }(loop));
  });
}

// R-SCOPE-2
TEST_F(scope_test, a_stopped_join_stops_the_tasks_and_waits_for_them) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto owner = [](trace &t) -> task<> {
      counting_scope scope;
      scope.spawn(patient(t, "a")).detach();
      scope.spawn(patient(t, "b")).detach();
      co_await scope.join();
    };
    task_handle<> h = spawn(owner(t));
    co_await sleep_for(1ms);
    h.request_stop();
    t.push_back(co_await error_of(std::move(h)));
  }(t));
  EXPECT_EQ(t, (trace{"a stopped", "b stopped", "stopped"}));
}

// R-SCOPE-3
TEST_F(scope_test, destroying_an_unjoined_scope_traps) {
  const auto leaves = [] {
    run([]() -> task<> {
      counting_scope scope;
      scope.spawn(nothing()).detach();
      co_await yield();
    }());
  };
  EXPECT_DEATH(leaves(), "a scope was destroyed before it was joined");
}

// R-SCOPE-4
TEST_F(scope_test, a_closed_scope_takes_no_more) {
  findings found;
  test_loop loop;
  loop.run([]() -> task<> {
    counting_scope scope;
    scope.close();
    EXPECT_THROW(scope.spawn(nothing()).detach(), scope_closed);
    co_await scope.join();
  }());
}

// R-GROUP-1
TEST_F(scope_test, a_group_gives_the_bodys_value_after_all_have_ended) {
  in_many_orders([](test_loop &loop) {
    const int value = loop.run([]() -> task<int> {
      co_return co_await with_task_group([](task_group &g) -> task<int> {
        task_handle<int> a = g.spawn(after(3ms, 3)), b = g.spawn(after(1ms, 1));
        g.spawn(after(9ms, 9)).detach();
        co_return co_await a + co_await b;
      });
    }());
    EXPECT_EQ(value, 4);
    EXPECT_EQ(loop.elapsed(), 9ms);
  });
}

// R-GROUP-2
TEST_F(scope_test, the_first_error_stops_siblings_and_body_and_the_lone_error_is_thrown) {
  in_many_orders([](test_loop &loop) {
    trace t;
    loop.run([](trace &t) -> task<> {
      t.push_back(co_await error_of(with_task_group([&t](task_group &g) -> task<int> {
        g.spawn(patient(t, "sibling")).detach();
        g.spawn(fail_after(1ms, "lone")).detach();
        co_return co_await patient(t, "body");
      })));
    }(t));
    EXPECT_EQ(t.size(), 3u);
    EXPECT_EQ(t.back(), "lone");
    EXPECT_EQ(loop.elapsed(), 1ms);
  });
}

// R-GROUP-3
TEST_F(scope_test, several_errors_are_a_group_and_none_is_told_twice) {
  test_loop loop;
  loop.run([]() -> task<> {
    const auto fails_late = []() -> task<> {
      (void)co_await as_result(sleep_for(1h));
      throw std::runtime_error("late");
    };
    EXPECT_EQ(co_await error_of(with_task_group([&](task_group &g) -> task<> {
                g.spawn(fail_after(1ms, "early")).detach();
                g.spawn(fails_late()).detach();
                co_return;
              })),
              "2 errors: early; late");
    // The body fails with what the task that it awaits failed with.
    EXPECT_EQ(co_await error_of(with_task_group([&](task_group &g) -> task<> {
                task_handle<int> h = g.spawn(fail_after(1ms, "shared"));
                (void)co_await h;
              })),
              "shared");
  }());
}

// R-GROUP-4
TEST_F(scope_test, when_the_body_fails_the_tasks_are_stopped) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    t.push_back(co_await error_of(with_task_group([&t](task_group &g) -> task<int> {
      g.spawn(patient(t, "child")).detach();
      co_return co_await fail_after(1ms, "body");
    })));
  }(t));
  EXPECT_EQ(t, (trace{"child stopped", "body"}));
}

// R-GROUP-5
TEST_F(scope_test, an_outer_stop_goes_through_a_group) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    const auto outer = [](trace &t) -> task<> {
      co_await with_task_group([&t](task_group &g) -> task<> {
        g.spawn(patient(t, "child")).detach();
        (void)co_await patient(t, "body");
      });
    };
    task_handle<> h = spawn(outer(t));
    co_await sleep_for(1ms);
    h.request_stop();
    t.push_back(co_await error_of(std::move(h)));
  }(t));
  EXPECT_EQ(t, (trace{"child stopped", "body stopped", "stopped"}));
}

TEST_F(scope_test, group_stopped_at_every_step) {
  EXPECT_GT(stopped_at_every_step([](test_loop &) -> task<> {
              tracked sum(0);
              co_await with_task_group([&](task_group &g) -> task<> {
                for (int i = 1; i <= 3; ++i)
                  g.spawn(tracked_after(std::chrono::milliseconds(i), i)).detach();
                task_handle<tracked> last = g.spawn(tracked_after(1ms, 4));
                sum.value += (co_await last).value;
              });
            }),
            6u);
}

TEST_F(scope_test, a_bare_group_throws_from_join) {
  test_loop loop;
  loop.run([]() -> task<> {
    task_group g;
    g.spawn(fail_after(1ms, "x")).detach();
    g.spawn(after(2ms, 2)).detach();
    std::string what;
    try {
      co_await g.join();
    } catch (const std::exception &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "x");
  }());
}

// R-RETRY-1
TEST_F(retry_test, retries_until_it_works_with_growing_waits) {
  test_loop loop;
  int attempts = 0;
  const int value = loop.run([](int &attempts) -> task<int> {
    co_return co_await retry(
        [&attempts]() -> task<int> {
          if (++attempts < 4)
            throw std::runtime_error("not yet");
          co_return attempts;
        },
        retry_policy{.attempts = 5, .wait = {.initial = 10ms, .factor = 3, .max = 40ms, .jitter = 0}});
  }(attempts));
  EXPECT_EQ(value, 4);
  EXPECT_EQ(loop.elapsed(), 10ms + 30ms + 40ms);
}

// R-RETRY-2
TEST_F(retry_test, gives_up_after_the_last_attempt_or_a_final_error) {
  test_loop loop;
  int attempts = 0;
  loop.run([](int &attempts) -> task<> {
    const auto fails = [&attempts]() -> task<> {
      throw std::runtime_error("attempt " + std::to_string(++attempts));
      co_return;
    };
    EXPECT_EQ(co_await error_of(retry(fails)), "attempt 3");
    EXPECT_EQ(co_await error_of(retry(fails, {}, [](const std::exception_ptr &) { return false; })), "attempt 4");
  }(attempts));
}

// R-RETRY-3
TEST_F(retry_test, a_stop_is_never_retried) {
  test_loop loop;
  int attempts = 0;
  loop.run([](int &attempts) -> task<> {
    const auto body = [](int &attempts) -> task<> {
      co_await retry([&attempts]() -> task<> {
        ++attempts;
        co_await sleep_for(1h);
      });
    };
    task_handle<> h = spawn(body(attempts));
    co_await yield();
    h.request_stop();
    EXPECT_EQ(co_await error_of(std::move(h)), "stopped");
  }(attempts));
  EXPECT_EQ(attempts, 1);
}

TEST_F(retry_test, jitter_stays_in_its_range) {
  const backoff b{.initial = 100ms, .factor = 2, .max = 1s, .jitter = 0.25};
  for (std::uint64_t i = 0; i < 64; ++i) {
    const auto d = b.delay(2, ~std::uint64_t{0} / 64 * i);
    EXPECT_LE(d, 200ms);
    EXPECT_GE(d, 150ms);
  }
  EXPECT_EQ(b.delay(1000, 0), 1s);
}

// R-SUPERVISE-1
TEST_F(retry_test, supervise_restarts_and_gives_up_when_it_fails_too_often) {
  test_loop loop;
  int runs = 0;
  loop.run([](int &runs) -> task<> {
    const auto fails = [&runs]() -> task<> {
      ++runs;
      co_await sleep_for(1s);
      throw std::runtime_error("down");
    };
    EXPECT_EQ(co_await error_of(supervise(fails, {.restarts = 3, .within = 1min})), "down");
    EXPECT_EQ(runs, 4);
    runs = 0;
    const auto recovers = [&runs]() -> task<> {
      if (++runs < 20) {
        co_await sleep_for(1min);
        throw std::runtime_error("down");
      }
    };
    co_await supervise(recovers, {.restarts = 3, .within = 2min});
    EXPECT_EQ(runs, 20);
  }(runs));
}

// R-FANOUT-1
TEST_F(when_test, max_concurrent_keeps_to_its_limit_and_order) {
  in_many_orders([](test_loop &loop) {
    loop.run([](test_loop &loop) -> task<> {
      int running = 0, most = 0;
      const auto work = [&](int i) -> task<int> {
        most = std::max(most, ++running);
        co_await sleep_for(std::chrono::milliseconds(i % 3 + 1));
        --running;
        co_return i *i;
      };
      const std::vector<int> squares = co_await max_concurrent(std::views::iota(0, 20), 4, work);
      EXPECT_EQ(most, 4);
      EXPECT_EQ(squares.size(), 20u);
      for (int i = 0; i < 20; ++i)
        EXPECT_EQ(squares[static_cast<std::size_t>(i)], i * i);
    }(loop));
  });
}

// R-FANOUT-2
TEST_F(when_test, max_concurrent_starts_no_more_after_an_error) {
  test_loop loop;
  int started = 0;
  loop.run([](int &started) -> task<> {
    const auto work = [&started](int i) -> task<> {
      ++started;
      co_await sleep_for(1ms);
      if (i == 2)
        throw std::runtime_error("two");
    };
    EXPECT_EQ(co_await error_of(max_concurrent(std::vector<int>{1, 2, 3, 4, 5, 6}, 2, work)), "two");
  }(started));
  EXPECT_LE(started, 4);
}

} // namespace
} // namespace asyncrt::test
