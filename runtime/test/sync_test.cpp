// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Mutex, semaphore, event, latch, condition, channel, future, generators, rates.
#include "harness.hpp"

#include <functional>
#include <memory>
#include <stdexcept>

namespace asyncrt::test {
namespace {

using mutex_test = runtime;
using semaphore_test = runtime;
using event_test = runtime;
using condition_test = runtime;
using channel_test = runtime;
using future_test = runtime;
using generator_test = runtime;
using rate_test = runtime;
using stop_test = runtime;

/// Lets everything that is ready run.
task<> settle() {
  for (int i = 0; i < 5; ++i)
    co_await yield();
}
/// Whether \p h ended by being stopped.
template <class T> task<bool> ended_stopped(task_handle<T> &h) {
  while (!h.ready())
    co_await yield();
  co_return h.stopped();
}

// R-STOP-5
TEST_F(stop_test, callbacks_are_called_once_in_order_or_at_once) {
  inplace_stop_source source;
  trace t;
  inplace_stop_callback a(source.get_token(), [&] { t.push_back("a"); });
  {
    inplace_stop_callback gone(source.get_token(), [&] { t.push_back("gone"); });
  }
  inplace_stop_callback b(source.get_token(), [&] { t.push_back("b"); });
  EXPECT_FALSE(source.stop_requested());
  EXPECT_TRUE(source.request_stop());
  EXPECT_FALSE(source.request_stop());
  EXPECT_TRUE(source.get_token().stop_requested());
  inplace_stop_callback late(source.get_token(), [&] { t.push_back("late"); });
  EXPECT_EQ(t, (trace{"a", "b", "late"}));
  EXPECT_FALSE(inplace_stop_token().stop_possible());
}

// R-STOP-6
TEST_F(stop_test, a_callback_may_unregister_another) {
  inplace_stop_source source;
  trace t;
  using callback = inplace_stop_callback<std::function<void()>>;
  std::optional<callback> second;
  callback first(source.get_token(), [&] {
    t.push_back("first");
    second.reset();
  });
  second.emplace(source.get_token(), [&] { t.push_back("second"); });
  source.request_stop();
  EXPECT_EQ(t, (trace{"first"}));
}

// R-STOP-7
TEST_F(stop_test, a_value_that_came_first_wins_and_a_stop_that_came_first_takes_nothing) {
  test_loop loop;
  loop.run([]() -> task<> {
    channel<int> c(4);
    const auto pops = [](channel<int> &c) -> task<std::optional<int>> { co_return co_await c.pop(); };
    task_handle<std::optional<int>> first = spawn(pops(c));
    co_await settle();
    co_await c.push(1);
    first.request_stop();
    EXPECT_EQ(co_await std::move(first), 1);
    co_await c.push(2);
    task_handle<std::optional<int>> second = spawn(pops(c));
    second.request_stop();
    EXPECT_TRUE(co_await ended_stopped(second));
    EXPECT_EQ(c.size(), 1u);
  }());
}

// R-MUTEX-1
TEST_F(mutex_test, protects_what_is_read_before_an_await_and_written_after) {
  in_many_orders([](test_loop &loop) {
    const int total = loop.run([]() -> task<int> {
      int balance = 0;
      async_mutex m;
      const auto deposit = [](int &balance, async_mutex &m) -> task<> {
        auto lock = co_await m.lock_guard();
        const int read = balance;
        co_await yield();
        balance = read + 1;
      };
      counting_scope scope;
      for (int i = 0; i < 20; ++i)
        scope.spawn(deposit(balance, m)).detach();
      co_await scope.join();
      EXPECT_FALSE(m.locked());
      co_return balance;
    }());
    EXPECT_EQ(total, 20);
  });
}

// R-MUTEX-2
TEST_F(mutex_test, is_handed_over_in_order_and_nobody_overtakes) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    async_mutex m;
    const auto user = [](async_mutex &m, trace &t, std::string name) -> task<> {
      co_await m.lock();
      t.push_back(name);
      m.unlock();
    };
    co_await m.lock();
    EXPECT_FALSE(m.try_lock());
    counting_scope scope;
    scope.spawn(user(m, t, "a")).detach();
    scope.spawn(user(m, t, "b")).detach();
    co_await yield();
    m.unlock();
    EXPECT_FALSE(m.try_lock()) << "it belongs to a already";
    co_await scope.join();
    EXPECT_TRUE(m.try_lock());
    m.unlock();
  }(t));
  EXPECT_EQ(t, (trace{"a", "b"}));
}

// R-MUTEX-3
TEST_F(mutex_test, a_stopped_wait_leaves_the_queue_and_a_handed_lock_wins) {
  test_loop loop;
  loop.run([]() -> task<> {
    async_mutex m;
    const auto user = [](async_mutex &m) -> task<bool> {
      auto lock = co_await m.lock_guard();
      co_return static_cast<bool>(lock);
    };
    auto held = co_await m.lock_guard();
    task_handle<bool> a = spawn(user(m)), b = spawn(user(m));
    co_await yield();
    a.request_stop();
    EXPECT_TRUE(co_await ended_stopped(a));
    held.unlock();
    b.request_stop();
    EXPECT_TRUE(co_await std::move(b)) << "the lock arrived before the stop";
    EXPECT_FALSE(m.locked());
  }());
}

// R-MUTEX-4
TEST_F(mutex_test, unlocking_what_is_not_locked_and_destroying_what_is_waited_for_trap) {
  EXPECT_DEATH(async_mutex().unlock(), "an async_mutex was unlocked that was not locked");
  const auto destroys = [] {
    run([]() -> task<> {
      auto m = std::make_unique<async_mutex>();
      co_await m->lock();
      const auto waits = [](async_mutex &m) -> task<> { co_await m.lock(); };
      task_handle<> h = spawn(waits(*m));
      co_await yield();
      m.reset();
    }());
  };
  EXPECT_DEATH(destroys(), "something was destroyed while a coroutine waits for it");
}

TEST_F(mutex_test, stopped_at_every_step_the_lock_is_free) {
  async_mutex m;
  EXPECT_GT(stopped_at_every_step(
                [&m](test_loop &) -> task<> {
                  const auto user = [](async_mutex &m) -> task<> {
                    auto lock = co_await m.lock_guard();
                    co_await yield();
                  };
                  co_await when_all(user(m), user(m), user(m));
                },
                [&m](const std::string &when) { EXPECT_FALSE(m.locked()) << when; }),
            4u);
}

// R-SEM-1
TEST_F(semaphore_test, at_most_so_many_at_a_time) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      async_semaphore s(3);
      int inside = 0, most = 0;
      const auto user = [](async_semaphore &s, int &inside, int &most) -> task<> {
        auto permit = co_await s.acquire();
        most = std::max(most, ++inside);
        co_await sleep_for(1ms);
        --inside;
      };
      counting_scope scope;
      for (int i = 0; i < 10; ++i)
        scope.spawn(user(s, inside, most)).detach();
      co_await yield();
      co_await yield();
      EXPECT_EQ(s.available(), 0u);
      EXPECT_FALSE(s.try_acquire());
      EXPECT_EQ(s.waiting(), 7u);
      co_await scope.join();
      EXPECT_EQ(most, 3);
      EXPECT_EQ(s.available(), 3u);
      EXPECT_TRUE(s.try_acquire());
    }());
  });
}

// R-SEM-2
TEST_F(semaphore_test, no_permit_is_lost_by_a_stop) {
  async_semaphore s(2);
  EXPECT_GT(stopped_at_every_step(
                [&s](test_loop &) -> task<> {
                  const auto user = [](async_semaphore &s) -> task<> {
                    auto permit = co_await s.acquire();
                    co_await yield();
                  };
                  co_await when_all(user(s), user(s), user(s), user(s));
                },
                [&s](const std::string &when) { EXPECT_EQ(s.available(), 2u) << when; }),
            4u);
}

TEST_F(semaphore_test, forgotten_permits_are_given_back_by_hand) {
  test_loop loop;
  loop.run([]() -> task<> {
    async_semaphore s(1);
    (co_await s.acquire()).forget();
    EXPECT_EQ(s.available(), 0u);
    s.release(2);
    EXPECT_EQ(s.available(), 2u);
  }());
}

// R-EVENT-1
TEST_F(event_test, wakes_everybody_in_order_and_not_inline) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    async_event e;
    const auto waits = [](async_event &e, trace &t, std::string name) -> task<> {
      co_await e.wait();
      t.push_back(name);
    };
    counting_scope scope;
    scope.spawn(waits(e, t, "a")).detach();
    scope.spawn(waits(e, t, "b")).detach();
    co_await yield();
    e.set();
    e.reset();
    t.push_back("set");
    co_await scope.join();
    EXPECT_FALSE(e.is_set());
    e.set();
    co_await e.wait();
  }(t));
  EXPECT_EQ(t, (trace{"set", "a", "b"}));
}

TEST_F(event_test, stopped_at_every_step) {
  EXPECT_GT(stopped_at_every_step([](test_loop &) -> task<> {
              async_event e;
              const auto waits = [](async_event &e) -> task<> { co_await e.wait(); };
              const auto sets = [](async_event &e) -> task<> {
                co_await yield();
                e.set();
              };
              co_await when_all(waits(e), waits(e), sets(e));
            }),
            3u);
}

// R-LATCH-1
TEST_F(event_test, a_latch_opens_once) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      async_latch latch(3);
      int through = 0;
      const auto arrives = [](async_latch &l, int &through) -> task<> {
        co_await l.arrive_and_wait();
        ++through;
      };
      counting_scope scope;
      scope.spawn(arrives(latch, through)).detach();
      scope.spawn(arrives(latch, through)).detach();
      co_await settle();
      EXPECT_EQ(through, 0);
      EXPECT_EQ(latch.count(), 1u);
      latch.count_down();
      EXPECT_TRUE(latch.ready());
      co_await latch.wait();
      co_await scope.join();
      EXPECT_EQ(through, 2);
    }());
  });
  EXPECT_DEATH(async_latch(1).count_down(2), "an async_latch was counted down below zero");
}

// R-COND-1
TEST_F(condition_test, each_notify_wakes_one_and_the_lock_is_held) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      async_mutex m;
      async_condition c;
      int items = 0, taken = 0;
      const auto take = [](async_mutex &m, async_condition &c, int &items, int &taken) -> task<> {
        auto lock = co_await m.lock_guard();
        co_await c.wait(lock, [&] { return items > 0; });
        EXPECT_TRUE(lock);
        EXPECT_TRUE(m.locked());
        --items;
        ++taken;
      };
      counting_scope scope;
      for (int i = 0; i < 3; ++i)
        scope.spawn(take(m, c, items, taken)).detach();
      co_await settle();
      {
        auto lock = co_await m.lock_guard();
        items = 1;
        c.notify_one();
      }
      co_await settle();
      co_await settle();
      EXPECT_EQ(taken, 1);
      items = 2;
      c.notify_all();
      co_await scope.join();
      EXPECT_EQ(taken, 3);
    }());
  });
}

// R-COND-2
TEST_F(condition_test, a_stopped_wait_locks_again_before_it_throws) {
  async_mutex m;
  async_condition c;
  EXPECT_GT(stopped_at_every_step(
                [&](test_loop &) -> task<> {
                  const auto waits = [](async_mutex &m, async_condition &c) -> task<> {
                    auto lock = co_await m.lock_guard();
                    const result<void> r = co_await as_result(c.wait(lock));
                    EXPECT_TRUE(lock) << "after a wait the mutex is held, however it ended";
                    r.rethrow();
                  };
                  const auto notifies = [](async_mutex &m, async_condition &c) -> task<> {
                    co_await yield();
                    auto lock = co_await m.lock_guard();
                    c.notify_all();
                  };
                  co_await when_all(waits(m, c), waits(m, c), notifies(m, c));
                },
                [&](const std::string &when) { EXPECT_FALSE(m.locked()) << when; }),
            4u);
}

// R-CHAN-1
TEST_F(channel_test, values_come_out_in_order_and_a_full_channel_holds_the_producer_back) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      channel<int> c(3);
      std::size_t most = 0;
      const auto produce = [](channel<int> &c) -> task<> {
        for (int i = 0; i < 100; ++i)
          co_await c.push(i);
        c.close();
      };
      task_handle<> p = spawn(produce(c));
      int expected = 0;
      while (std::optional<int> v = co_await c.pop()) {
        EXPECT_EQ(*v, expected++);
        most = std::max(most, c.size());
      }
      EXPECT_EQ(expected, 100);
      EXPECT_LE(most, 3u);
      co_await p;
    }());
  });
}

// R-CHAN-2
TEST_F(channel_test, capacity_zero_is_a_rendezvous) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    channel<int> c(0);
    const auto produce = [](channel<int> &c, trace &t) -> task<> {
      co_await c.push(1);
      t.push_back("taken");
    };
    task_handle<> p = spawn(produce(c, t));
    co_await settle();
    EXPECT_FALSE(p.ready());
    t.push_back("take");
    EXPECT_EQ(co_await c.pop(), 1);
    co_await p;
    int failed = 2;
    EXPECT_FALSE(c.try_push(std::move(failed)));
    EXPECT_EQ(c.try_pop(), std::nullopt);
  }(t));
  EXPECT_EQ(t, (trace{"take", "taken"}));
}

// R-CHAN-3
TEST_F(channel_test, close_ends_producers_and_drains_to_consumers) {
  test_loop loop;
  loop.run([]() -> task<> {
    channel<int> c(1);
    co_await c.push(1);
    const auto produce = [](channel<int> &c) -> task<bool> {
      try {
        co_await c.push(2);
      } catch (const channel_closed &) {
        co_return true;
      }
      co_return false;
    };
    task_handle<bool> waiting = spawn(produce(c));
    co_await yield();
    c.close();
    EXPECT_TRUE(co_await std::move(waiting));
    EXPECT_TRUE(co_await produce(c));
    EXPECT_EQ(co_await c.pop(), 1);
    EXPECT_EQ(co_await c.pop(), std::nullopt);
    channel<int> empty(1);
    const auto consume = [](channel<int> &c) -> task<bool> { co_return (co_await c.pop()).has_value(); };
    task_handle<bool> consumer = spawn(consume(empty));
    co_await yield();
    empty.close();
    EXPECT_FALSE(co_await std::move(consumer));
  }());
}

// R-CHAN-4
TEST_F(channel_test, policies_drop_the_newest_or_the_oldest) {
  test_loop loop;
  loop.run([]() -> task<> {
    channel<int> newest(2, overflow::drop_newest), oldest(2, overflow::drop_oldest);
    for (int i = 0; i < 5; ++i) {
      co_await newest.push(i);
      co_await oldest.push(i);
    }
    EXPECT_EQ(newest.dropped(), 3u);
    EXPECT_EQ(oldest.dropped(), 3u);
    EXPECT_EQ(co_await newest.pop_batch(10), (std::vector<int>{0, 1}));
    EXPECT_EQ(co_await oldest.pop_batch(10), (std::vector<int>{3, 4}));
    for (int i = 0; i < 2; ++i)
      oldest.task_done();
    co_await oldest.join();
  }());
}

// R-CHAN-5
TEST_F(channel_test, a_batch_waits_for_the_first_only) {
  test_loop loop;
  loop.run([]() -> task<> {
    channel<int> c(10);
    const auto consume = [](channel<int> &c, std::size_t most) -> task<std::vector<int>> {
      co_return co_await c.pop_batch(most);
    };
    task_handle<std::vector<int>> first = spawn(consume(c, 3));
    co_await yield();
    for (int i = 0; i < 5; ++i)
      co_await c.push(i);
    EXPECT_EQ(co_await std::move(first), (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(co_await c.pop_batch(10), (std::vector<int>{3, 4}));
    c.close();
    EXPECT_TRUE((co_await c.pop_batch(10)).empty());
  }());
}

// R-CHAN-6
TEST_F(channel_test, join_waits_until_every_value_is_done_with) {
  in_many_orders([](test_loop &loop) {
    loop.run([](test_loop &loop) -> task<> {
      async_queue<int> q(2);
      const auto work = [](async_queue<int> &q) -> task<> {
        while (auto v = co_await q.pop()) {
          co_await sleep_for(1ms);
          q.task_done();
        }
      };
      counting_scope workers;
      workers.spawn(work(q)).detach();
      workers.spawn(work(q)).detach();
      for (int i = 0; i < 6; ++i)
        co_await q.push(i);
      co_await q.join();
      EXPECT_EQ(loop.elapsed(), 3ms);
      q.close();
      co_await workers.join();
    }(loop));
  });
  EXPECT_DEATH(channel<int>().task_done(), "task_done\\(\\) was called more often than values were pushed");
}

// R-CHAN-7
TEST_F(channel_test, no_value_is_lost_or_doubled_by_a_stop) {
  int pushed = 0, popped = 0, left = 0;
  for (const std::size_t capacity : {0, 1, 2}) {
    EXPECT_GT(
        stopped_at_every_step(
            [&](test_loop &) -> task<> {
              pushed = popped = left = 0;
              channel<tracked> c(capacity);
              const auto produce = [](channel<tracked> &c, int &pushed) -> task<> {
                for (int i = 0; i < 4; ++i) {
                  co_await c.push(tracked(i));
                  ++pushed;
                }
              };
              const auto consume = [](channel<tracked> &c, int &popped, int most) -> task<> {
                for (int i = 0; i < most; ++i)
                  if (co_await c.pop())
                    ++popped;
              };
              const result<std::tuple<unit, unit, unit>> r =
                  co_await as_result(when_all(produce(c, pushed), consume(c, popped, 2), consume(c, popped, 2)));
              while (c.try_pop())
                ++left;
              r.rethrow();
            },
            [&](const std::string &when) { EXPECT_EQ(pushed, popped + left) << when << ", capacity " << capacity; }),
        2u);
  }
}

TEST_F(channel_test, destroying_a_channel_destroys_its_values) {
  channel<tracked> c(100);
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(c.try_push(tracked(i)));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(c.try_pop()->value, i);
  for (int i = 50; i < 100; ++i)
    EXPECT_TRUE(c.try_push(tracked(i)));
  EXPECT_EQ(c.size(), 80u);
  EXPECT_EQ(tracked::alive, 80);
}

// R-FUTURE-1
TEST_F(future_test, fulfilling_posts_those_who_wait) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    promise<int> p;
    const auto waits = [](future<int> f, trace &t) -> task<> {
      t.push_back("got " + std::to_string(co_await std::move(f)));
    };
    task_handle<> h = spawn(waits(p.get_future(), t));
    co_await yield();
    p.set_value(3);
    t.push_back("set");
    co_await h;
    promise<> done;
    future<> ready = done.get_future();
    done.set_value();
    EXPECT_TRUE(ready.ready());
    co_await std::move(ready);
  }(t));
  EXPECT_EQ(t, (trace{"set", "got 3"}));
}

// R-FUTURE-2
TEST_F(future_test, a_shared_future_gives_the_same_value_to_many) {
  in_many_orders([](test_loop &loop) {
    loop.run([]() -> task<> {
      promise<std::string> p;
      const shared_future<std::string> f = p.get_future().share();
      const auto waits = [](shared_future<std::string> f) -> task<const std::string *> { co_return &co_await f; };
      task_handle<const std::string *> a = spawn(waits(f)), b = spawn(waits(f));
      co_await yield();
      p.set_value("text");
      EXPECT_EQ(co_await std::move(a), co_await std::move(b));
      EXPECT_EQ(co_await f, "text");
    }());
  });
}

// R-FUTURE-3
TEST_F(future_test, a_broken_promise_is_an_error_and_a_second_value_traps) {
  test_loop loop;
  loop.run([]() -> task<> {
    future<int> f = promise<int>().get_future();
    EXPECT_TRUE(f.ready());
    bool broken = false;
    try {
      (void)co_await std::move(f);
    } catch (const broken_promise &) {
      broken = true;
    }
    EXPECT_TRUE(broken);
  }());
  const auto twice = [] {
    promise<int> p;
    p.set_value(1);
    p.set_value(2);
  };
  EXPECT_DEATH(twice(), "a promise was fulfilled twice");
  EXPECT_DEATH(run([]() -> task<> { (void)co_await future<int>(); }()), "an empty promise or future was used");
}

// R-FUTURE-4
TEST_F(future_test, on_done_is_called_in_a_step_of_its_own) {
  test_loop loop;
  trace t;
  loop.run([](trace &t) -> task<> {
    promise<int> p;
    future<int> f = p.get_future();
    f.on_done([&t](const result<int> &r) { t.push_back("done " + std::to_string(r.value())); });
    p.set_value(1);
    t.push_back("set");
    co_await settle();
  }(t));
  EXPECT_EQ(t, (trace{"set", "done 1"}));
}

TEST_F(future_test, stopped_at_every_step) {
  EXPECT_GT(stopped_at_every_step([](test_loop &) -> task<> {
              promise<tracked> p;
              const auto gives = [](promise<tracked> p) -> task<> {
                co_await yield();
                p.set_value(7);
              };
              const auto takes = [](future<tracked> f) -> task<int> { co_return (co_await std::move(f)).value; };
              future<tracked> f = p.get_future();
              const auto [none, got] = co_await when_all(gives(std::move(p)), takes(std::move(f)));
              EXPECT_EQ(got, 7);
            }),
            2u);
}

// R-GEN-1
TEST_F(generator_test, a_generator_is_an_input_range) {
  const auto count = [](int from, int to) -> generator<int> {
    for (int i = from; i < to; ++i)
      co_yield i;
  };
  int sum = 0;
  for (int i : count(1, 5))
    sum += i;
  EXPECT_EQ(sum, 10);
  static_assert(std::input_iterator<generator<int>::iterator>);
  const auto throws = []() -> generator<tracked> {
    tracked t(1);
    co_yield t;
    throw std::runtime_error("end");
  };
  auto g = throws();
  auto i = g.begin();
  EXPECT_EQ((*i).value, 1);
  EXPECT_THROW(++i, std::runtime_error);
  {
    auto dropped = throws();
  }
}

// R-GEN-2
TEST_F(generator_test, an_async_generator_awaits_between_values) {
  test_loop loop;
  loop.run([](test_loop &loop) -> task<> {
    const auto ticks = [](int n) -> async_generator<tracked> {
      for (int i = 0; i < n; ++i) {
        co_await sleep_for(1ms);
        co_yield tracked(i);
      }
    };
    auto g = ticks(3);
    int expected = 0;
    while (auto v = co_await g.next())
      EXPECT_EQ(v->value, expected++);
    EXPECT_EQ(expected, 3);
    EXPECT_EQ(loop.elapsed(), 3ms);
    EXPECT_FALSE(co_await g.next());
    auto dropped = ticks(3);
    EXPECT_EQ((co_await dropped.next())->value, 0);
    int sum = 0;
    co_await for_each(ticks(4), [&sum](tracked t) -> task<> {
      co_await yield();
      sum += t.value;
    });
    co_await for_each(ticks(2), [&sum](tracked t) { sum += t.value; });
    EXPECT_EQ(sum, 7);
  }(loop));
}

// R-GEN-3
TEST_F(generator_test, an_error_of_the_body_leaves_next_once) {
  test_loop loop;
  loop.run([]() -> task<> {
    const auto fails = []() -> async_generator<int> {
      co_yield 1;
      throw std::runtime_error("end");
    };
    auto g = fails();
    EXPECT_EQ(co_await g.next(), 1);
    bool thrown = false;
    try {
      (void)co_await g.next();
    } catch (const std::runtime_error &) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    EXPECT_EQ(co_await g.next(), std::nullopt);
  }());
}

TEST_F(generator_test, stopped_at_every_step) {
  EXPECT_GT(stopped_at_every_step([](test_loop &) -> task<> {
              const auto ticks = []() -> async_generator<tracked> {
                tracked mine(0);
                for (int i = 0; i < 3; ++i) {
                  co_await sleep_for(1ms);
                  co_yield tracked(i);
                }
              };
              co_await for_each(ticks(), [](tracked) -> task<> { co_await yield(); });
            }),
            5u);
}

// R-RATE-1
TEST_F(rate_test, a_burst_and_then_the_rate) {
  test_loop loop;
  loop.run([](test_loop &loop) -> task<> {
    co_await sleep_for(10s);
    const auto start = loop.elapsed();
    rate_limiter limit(10, 1s, 3);
    std::vector<std::chrono::nanoseconds> times;
    for (int i = 0; i < 6; ++i) {
      co_await limit.acquire();
      times.push_back(loop.elapsed() - start);
    }
    EXPECT_EQ(times, (std::vector<std::chrono::nanoseconds>{0ms, 0ms, 0ms, 100ms, 200ms, 300ms}));
    EXPECT_FALSE(limit.try_acquire());
    co_await sleep_for(250ms);
    EXPECT_TRUE(limit.try_acquire(2));
    EXPECT_FALSE(limit.try_acquire());
    co_await sleep_for(1h);
    EXPECT_TRUE(limit.try_acquire(3));
    EXPECT_FALSE(limit.try_acquire());
  }(loop));
  EXPECT_DEATH(run([]() -> task<> { co_await rate_limiter(1, 1s).acquire(2); }()),
               "more tokens were asked of a rate_limiter than it ever has at once");
}

// R-RATE-2
TEST_F(rate_test, waiters_are_served_in_order_and_a_stopped_one_takes_nothing) {
  test_loop loop;
  trace t;
  loop.run([](test_loop &loop, trace &t) -> task<> {
    rate_limiter limit(10, 1s, 1);
    const auto user = [](rate_limiter &l, trace &t, std::string name) -> task<> {
      co_await l.acquire();
      t.push_back(name);
    };
    co_await limit.acquire();
    task_handle<> a = spawn(user(limit, t, "a")), b = spawn(user(limit, t, "b")), c = spawn(user(limit, t, "c"));
    co_await sleep_for(50ms);
    a.request_stop();
    co_await b;
    EXPECT_EQ(loop.elapsed(), 100ms);
    co_await c;
    EXPECT_EQ(loop.elapsed(), 200ms);
    EXPECT_TRUE(a.stopped());
  }(loop, t));
  EXPECT_EQ(t, (trace{"b", "c"}));
}

} // namespace
} // namespace asyncrt::test
