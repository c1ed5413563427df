// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Threads: offload(), run_on(), bulk(), thread_pool.
#include "harness.hpp"

#include <csignal>
#include <latch>
#include <mutex>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace asyncrt::test {
namespace {

using exec_test = runtime;
using gate = std::binary_semaphore;

/// Keeps the only thread of a pool busy until it is opened.
struct busy {
  explicit busy(event_loop &loop, thread_pool &pool) : handle(spawn(loop, hold(*this, pool), "busy")) {}
  static task<> hold(busy &self, thread_pool &pool) {
    co_await run_on(pool, [&self] {
      self.begun.release();
      self.open.acquire();
    });
  }
  gate begun{0};
  gate open{0};
  task_handle<> handle;
};

// R-POOL-1
TEST_F(exec_test, a_function_runs_on_a_thread_and_its_value_comes_back_moved) {
  thread_pool pool(2);
  event_loop loop;
  loop.run_until([](thread_pool &pool) -> task<> {
    const auto here = std::this_thread::get_id();
    std::thread::id there;
    const auto sum = [&there](tracked a, tracked b) {
      there = std::this_thread::get_id();
      return tracked(a.value + b.value);
    };
    const tracked c = co_await run_on(pool, sum, tracked(40), tracked(2));
    EXPECT_EQ(c.value, 42);
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
    // A reference comes back as that reference, an argument in std::ref() is the one of the caller.
    int n = 1;
    int &same = co_await run_on(pool, [](int &n) -> int & { return ++n; }, std::ref(n));
    EXPECT_EQ(&same, &n);
    EXPECT_EQ(n, 2);
    const auto pointer = co_await run_on(pool, std::make_unique<int, int>, 4);
    EXPECT_EQ(*pointer, 4);
  }(pool));
}

// R-POOL-1
TEST_F(exec_test, an_exception_of_the_function_is_thrown_by_the_await) {
  thread_pool pool(1);
  event_loop loop;
  loop.run_until([](thread_pool &pool) -> task<> {
    std::string what;
    try {
      co_await run_on(pool, []() -> int { throw std::out_of_range("there"); });
    } catch (const std::out_of_range &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "there");
    // So is one that is thrown while the result is handed over.
    struct brittle {
      explicit brittle(const std::thread::id &home) : home(home) {}
      brittle(brittle &&other) : home(other.home) {
        if (std::this_thread::get_id() != home)
          throw std::runtime_error("brittle");
      }
      std::thread::id home;
    };
    auto make = [b = brittle(std::this_thread::get_id())]() mutable -> brittle { return std::move(b); };
    EXPECT_TRUE((co_await as_result(run_on(pool, std::move(make)))).has_error());
  }(pool));
}

// R-POOL-2
TEST_F(exec_test, functions_begin_in_the_order_in_which_they_were_given) {
  thread_pool pool(1);
  event_loop loop;
  std::vector<int> order;
  std::vector<int> wanted;
  {
    busy b(loop, pool);
    std::vector<task_handle<>> handles;
    for (int i = 0; i < 50; ++i) {
      wanted.push_back(i);
      handles.push_back(spawn(loop, [](thread_pool &pool, std::vector<int> &order, int i) -> task<> {
        co_await run_on(pool, [&order, i] { order.push_back(i); });
      }(pool, order, i)));
    }
    loop.post([&] {
      b.begun.acquire();
      EXPECT_EQ(pool.queued(), 50u);
      EXPECT_TRUE(order.empty());
      b.open.release();
    });
    loop.run();
  }
  EXPECT_EQ(order, wanted);
}

// R-POOL-3
TEST_F(exec_test, a_function_that_has_not_begun_is_taken_out_of_the_queue_by_a_stop) {
  thread_pool pool(1);
  event_loop loop;
  bool ran = false;
  loop.run_until([](event_loop &loop, thread_pool &pool, bool &ran) -> task<> {
    busy b(loop, pool);
    co_await yield();
    b.begun.acquire();
    const auto work = [](thread_pool &pool, bool &ran) -> task<> {
      co_await run_on(pool, [&ran, held = tracked()] { ran = true; });
    };
    task_handle<> h = spawn(work(pool, ran));
    co_await yield();
    EXPECT_EQ(pool.queued(), 1u);
    EXPECT_GT(tracked::alive, 0);
    h.request_stop();
    EXPECT_EQ(pool.queued(), 0u);
    const auto r = co_await as_result(h);
    EXPECT_TRUE(r.stopped());
    EXPECT_EQ(tracked::alive, 0);
    b.open.release();
    co_await b.handle;
  }(loop, pool, ran));
  pool.shutdown();
  EXPECT_FALSE(ran);
}

// R-POOL-3
TEST_F(exec_test, a_stop_before_the_await_queues_nothing) {
  thread_pool pool(1);
  event_loop loop;
  bool ran = false;
  loop.run_until([](thread_pool &pool, bool &ran) -> task<> {
    const auto work = [](thread_pool &pool, bool &ran) -> task<> { co_await run_on(pool, [&ran] { ran = true; }); };
    task_handle<> h = spawn(work(pool, ran));
    h.request_stop();
    EXPECT_TRUE((co_await as_result(h)).stopped());
    const auto many = [](thread_pool &pool, bool &ran) -> task<> {
      co_await bulk(pool, 0, [&ran](std::size_t) { ran = true; });
    };
    task_handle<> m = spawn(many(pool, ran));
    m.request_stop();
    EXPECT_TRUE((co_await as_result(m)).stopped());
  }(pool, ran));
  pool.shutdown();
  EXPECT_FALSE(ran);
}

// R-POOL-4
TEST_F(exec_test, a_function_that_runs_is_waited_for_and_its_value_is_given) {
  thread_pool pool(1);
  event_loop loop;
  gate begun(0), open(0);
  loop.run_until([](thread_pool &pool, gate &begun, gate &open) -> task<> {
    const auto work = [](thread_pool &pool, gate &begun, gate &open) -> task<int> {
      co_return co_await run_on(pool, [&] {
        begun.release();
        open.acquire();
        return 7;
      });
    };
    task_handle<int> h = spawn(work(pool, begun, open));
    co_await yield();
    begun.acquire();
    h.request_stop();
    for (int i = 0; i < 10; ++i)
      co_await yield();
    EXPECT_FALSE(h.ready());
    open.release();
    EXPECT_EQ(co_await h, 7);
  }(pool, begun, open));
}

// R-POOL-4
TEST_F(exec_test, a_function_can_ask_whether_it_is_to_stop) {
  thread_pool pool(1);
  event_loop loop;
  gate begun(0);
  loop.run_until([](thread_pool &pool, gate &begun) -> task<> {
    const auto work = [](thread_pool &pool, gate &begun) -> task<> {
      co_await run_on(
          pool,
          [](inplace_stop_token token, gate &begun) {
            begun.release();
            while (!token.stop_requested())
              std::this_thread::yield();
            throw operation_stopped();
          },
          std::ref(begun));
    };
    task_handle<> h = spawn(work(pool, begun));
    co_await yield();
    begun.acquire();
    EXPECT_FALSE(h.ready());
    h.request_stop();
    EXPECT_TRUE((co_await as_result(h)).stopped());
    // A time-out is a stop like any other. What nobody can stop gets a token that is never asked to.
    const auto until_stopped = [](inplace_stop_token token) {
      while (!token.stop_requested())
        std::this_thread::yield();
      throw operation_stopped();
    };
    EXPECT_TRUE((co_await as_result(with_timeout(run_on(pool, until_stopped), 1ms))).has_error());
    const auto possible = [](inplace_stop_token token) { return token.stop_possible(); };
    EXPECT_FALSE(co_await unstoppable(run_on(pool, possible)));
  }(pool, begun));
}

// R-POOL-3, R-POOL-4
TEST_F(exec_test, stopped_at_every_step_of_an_offload) {
  thread_pool pool(1);
  int begun = 0, ended = 0;
  stopped_at_every_step(
      [&](test_loop &) -> task<> {
        const auto one = [](thread_pool &pool, int &begun, int &ended) -> task<int> {
          co_await yield();
          tracked t = co_await run_on(
              pool,
              [&](tracked t) {
                ++begun;
                std::this_thread::yield();
                ++ended;
                return t;
              },
              tracked(1));
          co_return t.value;
        };
        return [](thread_pool &pool, int &begun, int &ended, auto one) -> task<> {
          const auto [a, b, c] =
              co_await when_all(one(pool, begun, ended), one(pool, begun, ended), one(pool, begun, ended));
          EXPECT_EQ(a + b + c, 3);
        }(pool, begun, ended, one);
      },
      [&](const std::string &when) {
        EXPECT_EQ(begun, ended) << when;
        EXPECT_EQ(pool.queued(), 0u) << when;
      });
  EXPECT_GE(begun, 3);
}

// R-POOL-5
TEST_F(exec_test, shutdown_runs_what_is_queued_and_refuses_what_comes_later) {
  thread_pool pool(2);
  event_loop loop;
  std::atomic<int> ran = 0;
  std::vector<task_handle<>> handles;
  for (int i = 0; i < 20; ++i)
    handles.push_back(spawn(loop, [](thread_pool &pool, std::atomic<int> &ran) -> task<> {
      co_await run_on(pool, [&ran] { ++ran; });
    }(pool, ran)));
  // All have given their functions to the pool before the loop looks outside.
  loop.post([&] {
    pool.shutdown();
    EXPECT_EQ(ran, 20);
    pool.shutdown();
  });
  loop.run();
  for (task_handle<> &h : handles)
    EXPECT_TRUE(h.ready());
  EXPECT_EQ(pool.size(), 2u);
  EXPECT_THROW(loop.run_until([](thread_pool &pool) -> task<> { co_await run_on(pool, [] {}); }(pool)), pool_closed);
  EXPECT_THROW(loop.run_until([](thread_pool &pool) -> task<> { co_await bulk(pool, 3, [](auto) {}); }(pool)),
               pool_closed);
}

// R-POOL-6
TEST_F(exec_test, several_loops_share_a_pool) {
  thread_pool pool(2);
  const auto sum = [&pool](int &result) {
    result = run([](thread_pool &pool) -> task<int> {
      int sum = 0;
      for (int i = 0; i < 200; ++i)
        sum += co_await run_on(pool, [i] { return i; });
      co_return sum;
    }(pool));
  };
  int a = 0, b = 0;
  std::thread other([&] { sum(a); });
  sum(b);
  other.join();
  EXPECT_EQ(a, 19900);
  EXPECT_EQ(b, 19900);
}

// R-POOL-7
TEST_F(exec_test, bulk_calls_for_each_index_once) {
  thread_pool pool(3);
  event_loop loop;
  for (const std::size_t count : {0, 1, 2, 3, 7, 24, 25, 1000})
    for (const std::size_t chunk : {0, 1, 2, 5, 2000}) {
      std::vector<std::atomic<int>> calls(count);
      loop.run_until([](thread_pool &pool, std::vector<std::atomic<int>> &calls, std::size_t chunk) -> task<> {
        co_await bulk(pool, calls.size(), [&](std::size_t i) { ++calls[i]; }, chunk);
      }(pool, calls, chunk));
      for (const std::atomic<int> &n : calls)
        EXPECT_EQ(n, 1) << count << " in chunks of " << chunk;
    }
}

// R-POOL-7
TEST_F(exec_test, bulk_uses_all_threads_and_waits_for_none_that_is_busy_elsewhere) {
  thread_pool pool(3);
  event_loop loop;
  loop.run_until([](event_loop &loop, thread_pool &pool) -> task<> {
    std::latch all(3);
    std::mutex mutex;
    std::set<std::thread::id> threads;
    co_await bulk(
        pool, 3,
        [&](std::size_t) {
          all.arrive_and_wait(); // Three at the same time, or never.
          const std::lock_guard lock(mutex);
          threads.insert(std::this_thread::get_id());
        },
        1);
    EXPECT_EQ(threads.size(), 3u);
    // Whether they sleep at the time or not.
    for (int i = 0; i < 200; ++i) {
      std::latch again(3);
      co_await bulk(pool, 3, [&](std::size_t) { again.arrive_and_wait(); }, 1);
    }
    busy b(loop, pool), c(loop, pool);
    co_await yield();
    b.begun.acquire();
    c.begun.acquire();
    std::atomic<int> calls = 0;
    co_await bulk(pool, 100, [&](std::size_t) { ++calls; }, 1);
    EXPECT_EQ(calls, 100);
    b.open.release();
    c.open.release();
    co_await b.handle;
    co_await c.handle;
  }(loop, pool));
}

// R-POOL-8
TEST_F(exec_test, bulk_throws_the_first_error_and_begins_no_further_chunk) {
  thread_pool pool(2);
  event_loop loop;
  loop.run_until([](thread_pool &pool) -> task<> {
    std::atomic<int> calls = 0;
    std::latch both(2);
    std::string what;
    try {
      co_await bulk(
          pool, 1000,
          [&](std::size_t i) {
            ++calls;
            if (i < 2)
              both.arrive_and_wait();
            throw std::runtime_error("no");
          },
          1);
    } catch (const std::runtime_error &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "no");
    EXPECT_EQ(calls, 2);
  }(pool));
}

// R-POOL-9
TEST_F(exec_test, a_stopped_bulk_begins_no_further_chunk_and_waits_for_those_that_run) {
  thread_pool pool(2);
  event_loop loop;
  loop.run_until([](thread_pool &pool) -> task<> {
    std::atomic<int> calls = 0, running = 0;
    std::counting_semaphore<> begun(0);
    const auto work = [](thread_pool &pool, std::atomic<int> &calls, std::atomic<int> &running,
                         std::counting_semaphore<> &begun) -> task<> {
      co_await bulk(
          pool, 1000,
          [&](inplace_stop_token token, std::size_t) {
            ++calls;
            ++running;
            begun.release();
            while (!token.stop_requested())
              std::this_thread::yield();
            --running;
          },
          1);
    };
    task_handle<> h = spawn(work(pool, calls, running, begun));
    co_await yield();
    begun.acquire();
    begun.acquire();
    h.request_stop();
    EXPECT_TRUE((co_await as_result(h)).stopped());
    EXPECT_EQ(running, 0);
    EXPECT_GE(calls, 2);
    EXPECT_LE(calls, 4); // Each thread may have been on its way to its next chunk.
  }(pool));
}

// R-POOL-9
TEST_F(exec_test, stopped_at_every_step_of_a_bulk) {
  thread_pool pool(2);
  std::atomic<int> running = 0;
  stopped_at_every_step(
      [&](test_loop &) {
        return [](thread_pool &pool, std::atomic<int> &running) -> task<> {
          for (int i = 0; i < 3; ++i) {
            std::atomic<int> calls = 0;
            co_await bulk(pool, 10, [&, t = tracked()](std::size_t) {
              ++running;
              ++calls;
              --running;
            });
            EXPECT_EQ(calls, 10);
          }
        }(pool, running);
      },
      [&](const std::string &when) {
        EXPECT_EQ(running, 0) << when;
        EXPECT_EQ(pool.queued(), 0u) << when;
      });
}

// R-POOL-10
TEST_F(exec_test, threads_of_a_pool_leave_signals_to_the_program) {
  thread_pool pool(1);
  event_loop loop;
  const auto blocked = [](int signal) {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return ::sigismember(&mask, signal) == 1;
  };
  loop.run_until([](thread_pool &pool, auto blocked) -> task<> {
    EXPECT_TRUE(co_await run_on(pool, blocked, SIGINT));
    EXPECT_TRUE(co_await run_on(pool, blocked, SIGCHLD));
    EXPECT_FALSE(co_await run_on(pool, blocked, SIGSEGV));
    EXPECT_FALSE(blocked(SIGINT));
  }(pool, blocked));
}

// R-POOL-5
TEST_F(exec_test, a_pool_that_is_shut_down_from_one_of_its_threads_traps) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        thread_pool pool(1);
        run([](thread_pool &pool) -> task<> { co_await run_on(pool, [&pool] { pool.shutdown(); }); }(pool));
      },
      "shut down from one of its own threads");
}

// R-POOL-1, R-POOL-11
TEST_F(exec_test, offload_uses_one_pool_of_the_program_which_can_be_ended) {
  for (int round = 0; round < 2; ++round) {
    run([]() -> task<> {
      const auto here = std::this_thread::get_id();
      EXPECT_NE(co_await offload([] { return std::this_thread::get_id(); }), here);
      thread_pool *pool = co_await offload([] { return &thread_pool::shared(); });
      EXPECT_EQ(pool, &thread_pool::shared());
      EXPECT_GE(pool->size(), 5u);
      int n = 1;
      co_await offload([](int &n) { n = 3; }, std::ref(n));
      EXPECT_EQ(n, 3);
    }());
    // In a child there are no threads to wait for.
    EXPECT_EXIT(std::exit(4), ::testing::ExitedWithCode(4), "");
    EXPECT_EXIT((thread_pool::end_shared(), std::exit(5)), ::testing::ExitedWithCode(5), "");
    thread_pool::end_shared();
    // Which throws when there are threads.
    const fork_server possible;
  }
}

/// Runs \p program in a child that fork() makes while there is what there is, and gives its exit code; -1 when a signal
/// has ended it, as one does after 30 seconds.
template <class F> int in_child(F program) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(30);
    ::_exit(program());
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// R-POOL-11
TEST_F(exec_test, a_child_has_a_shared_pool_of_its_own) {
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "ThreadSanitizer starts no threads in a child of a program that has some";
#endif
  const auto seven = [] { return run([]() -> task<int> { co_return co_await offload([] { return 7; }); }()); };
  EXPECT_EQ(seven(), 7);
  EXPECT_EQ(in_child([&] {
              // And so has a child of the child.
              return seven() + in_child(seven);
            }),
            14);
  EXPECT_EQ(in_child([&] {
              thread_pool::end_shared();
              const int got = seven();
              thread_pool::end_shared();
              const fork_server possible;
              return got;
            }),
            7);
  EXPECT_EQ(seven(), 7);
  thread_pool::end_shared();
}

// R-POOL-11
TEST_F(exec_test, a_child_can_be_made_while_the_shared_pool_is_made_or_ended) {
  std::atomic<bool> enough = false;
  std::thread other([&enough] {
    while (!enough) {
      thread_pool::shared();
      thread_pool::end_shared();
    }
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(in_child([] {
                thread_pool::end_shared();
                return 3;
              }),
              3);
  }
  enough = true;
  other.join();
}

} // namespace
} // namespace asyncrt::test
