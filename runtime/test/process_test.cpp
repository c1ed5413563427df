// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Worker processes: process_pool, fork_server, codecs, shared_region. Real processes, that crash, hang and are killed.
#include "harness.hpp"

#include <asyncrt/debug/monitor.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace asyncrt::test {

/// A type with a codec of its own, which fails when it is told to.
struct parcel {
  std::string text;
  enum class fails : int { never, when_sent, when_read, when_sent_back, when_read_back } fails = fails::never;
};
/// The process of the test; everybody else is a worker.
inline const pid_t home = ::getpid();

} // namespace asyncrt::test

template <> struct asyncrt::codec<asyncrt::test::parcel> {
  using parcel = asyncrt::test::parcel;
  static void fail_if(const parcel &p, enum parcel::fails here, enum parcel::fails there) {
    if (p.fails == (::getpid() == asyncrt::test::home ? here : there))
      throw std::length_error("too heavy");
  }
  static void encode(job_writer &out, const parcel &p) {
    fail_if(p, parcel::fails::when_sent, parcel::fails::when_sent_back);
    out.values(p.text, p.fails);
  }
  static parcel decode(job_reader &in) {
    parcel p{in.value<std::string>()};
    p.fails = in.value<enum parcel::fails>();
    fail_if(p, parcel::fails::when_read_back, parcel::fails::when_read);
    return p;
  }
};

namespace asyncrt::test {
namespace {

/// Made before the first test, while the program has one thread.
class server final : public ::testing::Environment {
public:
  void SetUp() override { instance().emplace(); }
  void TearDown() override { instance().reset(); }
  static std::optional<fork_server> &instance() {
    static std::optional<fork_server> server;
    return server;
  }
};
[[maybe_unused]] auto *const registered = ::testing::AddGlobalTestEnvironment(new server);

/// What jobs and tests tell each other through shared memory.
struct board {
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  std::atomic<int> open = 0;
  std::atomic<pid_t> pid = 0;
};

/// A board in a region.
struct shared_board {
  shared_region region{sizeof(board)};
  board *operator->() const noexcept { return reinterpret_cast<board *>(region.data()); }
};

/// Waits for what another process does; nobody can be woken for that.
template <class Condition> void spin_until(Condition &&condition) {
  while (!condition())
    std::this_thread::yield();
}
template <class Condition> task<> eventually(Condition condition) {
  while (!condition())
    co_await yield();
}

bool gone(pid_t pid) { return ::kill(pid, 0) < 0 && errno == ESRCH; }

//--- what runs in the workers

int add(int a, int b) { return a + b; }
pid_t own_pid() { return ::getpid(); }
std::string twice(const std::string &s) { return s + s; }
void nothing() {}
void throws_out_of_range() { throw std::out_of_range("far away"); }
void throws_an_int() { throw 7; }
void dies_by(int signal) {
  std::signal(signal, SIG_DFL); // A sanitizer would turn it into something else.
  ::kill(::getpid(), signal);
}
void exits_with(int code) { ::_exit(code); }
parcel same(const parcel &p) { return p; }
/// Says that it has begun, and ends when it is told to, or never.
pid_t until_open(const shared_region &region) {
  board &b = *reinterpret_cast<board *>(region.data());
  b.pid = ::getpid();
  ++b.begun;
  spin_until([&b] { return b.open != 0; });
  ++b.ended;
  return ::getpid();
}

class process_test : public runtime {
protected:
  void SetUp() override {
    runtime::SetUp();
    // Some of these tests make fork servers of their own, which are refused when there are threads.
    thread_pool::end_shared();
    files_ = open_files();
  }
  void TearDown() override {
    runtime::TearDown();
    EXPECT_EQ(open_files(), files_) << "descriptors were left open";
  }
  static int open_files() {
    int count = 0;
    for (int fd = 0; fd < 1000; ++fd)
      count += ::fcntl(fd, F_GETFD) >= 0;
    return count;
  }
  fork_server &server_ = *server::instance();

private:
  int files_ = 0;
};

// R-PROC-1
TEST_F(process_test, a_function_runs_in_another_process_and_its_value_comes_back) {
  process_pool pool(server_, 2);
  run([](process_pool &pool) -> task<> {
    EXPECT_EQ(co_await pool.run(add, 40, 2), 42);
    EXPECT_NE(co_await pool.run(own_pid), ::getpid());
    co_await pool.run(nothing);
    EXPECT_EQ(co_await pool.run([](int a, int b) { return a * b; }, 6, 7), 42);
    // Converted to what the parameter is, on this side.
    EXPECT_EQ(co_await pool.run(twice, "ab"), "abab");
    EXPECT_EQ(co_await pool.run(add, short{1}, 'a'), 98);
  }(pool));
}

// R-PROC-1
TEST_F(process_test, the_worker_that_is_free_is_used_again) {
  process_pool pool(server_, 3);
  run([](process_pool &pool) -> task<> {
    EXPECT_EQ(pool.size(), 3u);
    EXPECT_EQ(pool.alive(), 0u);
    const pid_t first = co_await pool.run(own_pid);
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(co_await pool.run(own_pid), first);
    EXPECT_EQ(pool.alive(), 1u);
  }(pool));
}

// R-PROC-2
TEST_F(process_test, jobs_run_side_by_side_up_to_the_number_of_workers_and_begin_in_order) {
  process_pool pool(server_, 2);
  event_loop loop;
  loop.run_until([](process_pool &pool) -> task<> {
    shared_board both;
    const auto job = [](process_pool &pool, shared_region region) -> task<pid_t> {
      co_return co_await pool.run(until_open, region);
    };
    task_handle<pid_t> a = spawn(job(pool, both.region));
    task_handle<pid_t> b = spawn(job(pool, both.region));
    co_await eventually([&] { return both->begun == 2; });
    std::vector<int> order;
    const auto waits = [](process_pool &pool, std::vector<int> &order, int i) -> task<> {
      co_await pool.run(nothing);
      order.push_back(i);
    };
    std::vector<task_handle<>> later;
    for (int i = 0; i < 4; ++i)
      later.push_back(spawn(waits(pool, order, i)));
    co_await yield();
    EXPECT_EQ(pool.queued(), 4u);
    EXPECT_EQ(both->ended, 0);
    both->open = 1;
    EXPECT_NE(co_await a, co_await b);
    for (task_handle<> &h : later)
      co_await h;
    EXPECT_EQ(order.size(), 4u);
    EXPECT_EQ(pool.alive(), 2u);
    // With one worker the order in which they begin is the one in which they end.
    process_pool one(*server::instance(), 1);
    order.clear();
    later.clear();
    for (int i = 0; i < 4; ++i)
      later.push_back(spawn(waits(one, order, i)));
    for (task_handle<> &h : later)
      co_await h;
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
  }(pool));
}

// R-PROC-3
TEST_F(process_test, an_exception_comes_back_as_remote_error_and_the_worker_lives_on) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    const pid_t first = co_await pool.run(own_pid);
    const auto remote = [](auto awaited) -> task<std::pair<std::string, std::string>> {
      try {
        co_await std::move(awaited);
      } catch (const remote_error &e) {
        co_return std::pair(e.type(), std::string(e.what()));
      }
      co_return {};
    };
    EXPECT_EQ(co_await remote(pool.run(throws_out_of_range)), std::pair("std::out_of_range"s, "far away"s));
    EXPECT_EQ((co_await remote(pool.run(throws_an_int))).first, "int");
    // So do codecs that throw there.
    const auto there = std::pair("std::length_error"s, "too heavy"s);
    EXPECT_EQ(co_await remote(pool.run(same, parcel{"p", parcel::fails::when_read})), there);
    EXPECT_EQ(co_await remote(pool.run(same, parcel{"p", parcel::fails::when_sent_back})), there);
    EXPECT_EQ(co_await pool.run(own_pid), first);
  }(pool));
}

// R-PROC-4
TEST_F(process_test, a_codec_that_throws_here_is_thrown_by_the_await) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    const pid_t first = co_await pool.run(own_pid);
    for (const auto when : {parcel::fails::when_sent, parcel::fails::when_read_back}) {
      bool thrown = false;
      try {
        co_await pool.run(same, parcel{"p", when});
      } catch (const std::length_error &) {
        thrown = true;
      }
      EXPECT_TRUE(thrown);
    }
    EXPECT_EQ((co_await pool.run(same, parcel{"book"})).text, "book");
    EXPECT_EQ(co_await pool.run(own_pid), first);
  }(pool));
}

// R-PROC-5
TEST_F(process_test, a_worker_that_dies_in_a_job_is_a_broken_pool_error_and_is_replaced) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    const auto death = [](auto awaited) -> task<std::pair<int, int>> {
      try {
        co_await std::move(awaited);
      } catch (const broken_pool_error &e) {
        co_return std::pair(e.signal().value_or(0), e.exit_code().value_or(-1));
      }
      co_return {};
    };
    pid_t before = co_await pool.run(own_pid);
    for (const int signal : {SIGKILL, SIGSEGV, SIGABRT, SIGTERM}) {
      EXPECT_EQ(co_await death(pool.run(dies_by, signal)), std::pair(signal, -1));
      EXPECT_EQ(pool.alive(), 0u);
      EXPECT_TRUE(gone(before)); // Not even a zombie is left.
      before = co_await pool.run(own_pid);
      EXPECT_FALSE(gone(before));
    }
    EXPECT_EQ(co_await death(pool.run(exits_with, 3)), std::pair(0, 3));
    std::string what;
    try {
      co_await pool.run(dies_by, SIGKILL);
    } catch (const broken_pool_error &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "the worker of a job has died: signal 9 (Killed)");
  }(pool));
}

// R-PROC-5
TEST_F(process_test, a_job_that_is_killed_from_outside_tells_so) {
  process_pool pool(server_, 2);
  run([](process_pool &pool) -> task<> {
    shared_board b;
    const auto job = [](process_pool &pool, shared_region region) -> task<int> {
      try {
        co_await pool.run(until_open, region);
      } catch (const broken_pool_error &e) {
        co_return e.signal().value_or(0);
      }
      co_return 0;
    };
    task_handle<int> h = spawn(job(pool, b.region));
    co_await eventually([&] { return b->begun == 1; });
    // Other jobs and other coroutines go on meanwhile.
    EXPECT_EQ(co_await pool.run(add, 1, 2), 3);
    ::kill(b->pid, SIGKILL);
    EXPECT_EQ(co_await h, SIGKILL);
    EXPECT_EQ(co_await pool.run(add, 1, 2), 3);
  }(pool));
}

// R-PROC-5
TEST_F(process_test, a_worker_whose_children_keep_its_socket_open_is_seen_to_end) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    shared_board b;
    const auto leaves_a_child = [](const shared_region &region) {
      board &b = *reinterpret_cast<board *>(region.data());
      const pid_t child = ::fork();
      if (child == 0) {
        spin_until([&b] { return b.open != 0; });
        ++b.ended;
        ::_exit(0);
      }
      ::_exit(5);
    };
    int code = 0;
    try {
      co_await pool.run(leaves_a_child, b.region);
    } catch (const broken_pool_error &e) {
      code = e.exit_code().value_or(0);
    }
    EXPECT_EQ(code, 5);
    EXPECT_EQ(b->ended, 0);
    b->open = 1;
    co_await eventually([&] { return b->ended == 1; });
  }(pool));
}

// R-PROC-6
TEST_F(process_test, a_worker_that_died_while_it_had_nothing_to_do_is_replaced_silently) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    const pid_t first = co_await pool.run(own_pid);
    const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, first, 0));
    ::kill(first, SIGKILL);
    co_await async_readable(pidfd);
    ::close(pidfd);
    const pid_t second = co_await pool.run(own_pid);
    EXPECT_NE(second, first);
    EXPECT_TRUE(gone(first));
  }(pool));
}

// R-PROC-7
TEST_F(process_test, a_stop_takes_a_job_out_of_the_queue_and_kills_one_that_runs) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    shared_board a, b;
    const auto job = [](process_pool &pool, shared_region region) -> task<> { co_await pool.run(until_open, region); };
    task_handle<> running = spawn(job(pool, a.region));
    co_await eventually([&] { return a->begun == 1; });
    const pid_t worker = a->pid;
    task_handle<> waiting = spawn(job(pool, b.region));
    co_await yield();
    EXPECT_EQ(pool.queued(), 1u);
    waiting.request_stop();
    EXPECT_TRUE((co_await as_result(waiting)).stopped());
    EXPECT_EQ(pool.queued(), 0u);
    EXPECT_FALSE(gone(worker));
    running.request_stop();
    EXPECT_TRUE((co_await as_result(running)).stopped());
    EXPECT_TRUE(gone(worker));
    a->open = b->open = 1;
    EXPECT_EQ(co_await pool.run(add, 1, 2), 3);
    EXPECT_EQ(a->ended, 0);
    EXPECT_EQ(b->begun, 0);
  }(pool));
}

// R-PROC-7
TEST_F(process_test, a_job_that_hangs_ends_by_a_time_out) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    shared_board b;
    const auto r = co_await as_result(with_timeout(pool.run(until_open, b.region), 20ms));
    EXPECT_TRUE(r.has_error());
    EXPECT_TRUE(b->pid == 0 || gone(b->pid));
    EXPECT_EQ(co_await pool.run(add, 1, 2), 3);
  }(pool));
}

// R-PROC-7
TEST_F(process_test, stopped_at_every_step_of_a_job) {
  process_pool pool(server_, 2);
  shared_board b;
  b->open = 1;
  const unsigned runs = stopped_at_every_step(
      [&](test_loop &) {
        return [](process_pool &pool, shared_board &b) -> task<> {
          const auto job = [](process_pool &pool, shared_region region) -> task<int> {
            const pid_t pid = co_await pool.run(until_open, region);
            const tracked t(co_await pool.run(add, 1, 2));
            EXPECT_FALSE(gone(pid));
            co_return t.value;
          };
          const auto [x, y, z] = co_await when_all(job(pool, b.region), job(pool, b.region), job(pool, b.region));
          EXPECT_EQ(x + y + z, 9);
        }(pool, b);
      },
      [&](const std::string &when) {
        EXPECT_EQ(pool.queued(), 0u) << when;
        // Whoever has begun and not ended was killed: nobody goes on behind the program's back.
        const int ended = b->ended;
        EXPECT_LE(ended, b->begun) << when;
        EXPECT_TRUE(b->pid == 0 || gone(b->pid) || pool.alive() > 0) << when;
        EXPECT_EQ(run([](process_pool &pool) -> task<int> { co_return co_await pool.run(add, 2, 2); }(pool)), 4)
            << when;
        EXPECT_EQ(b->ended, ended) << when;
      });
  EXPECT_GT(runs, 10u);
}

// R-PROC-8
TEST_F(process_test, arguments_and_results_may_be_larger_than_a_packet) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, detail::most_inline - 8, detail::most_inline / 2, detail::most_inline / 2 + 1,
          detail::most_inline, std::size_t{1} << 20, std::size_t{9} << 20}) {
      std::string text(size, 'x');
      if (size)
        text.back() = 'y';
      EXPECT_TRUE(co_await pool.run(twice, text) == text + text) << size;
    }
    // Many parts, and a worker that lives on after them.
    const pid_t first = co_await pool.run(own_pid);
    EXPECT_EQ(co_await pool.run([](std::vector<std::string> v) { return v.size(); }, std::vector<std::string>(100'000)),
              100'000u);
    EXPECT_EQ(co_await pool.run(own_pid), first);
  }(pool));
}

/// Sends what is no answer through each socket that the worker has.
void sends_rubbish(int what) {
  const detail::message_header header{detail::message_kind::value, 0,
                                      what == 1 ? std::uint64_t{100} : ~std::uint64_t{0}};
  std::vector<char> big(sizeof header + detail::most_inline + 1, 'x');
  if (what == 3) {
    const detail::message_header whole{detail::message_kind::value, 0, detail::most_inline};
    std::memcpy(big.data(), &whole, sizeof whole);
  }
  for (int fd = 3; fd < 64; ++fd)
    switch (what) {
    case 0: // Shorter than a header.
      (void)::send(fd, "?", 1, MSG_NOSIGNAL);
      break;
    case 1: // Part of what it says it is.
    case 2: // A file that is not there, of a size that cannot be.
      (void)::send(fd, &header, sizeof header, MSG_NOSIGNAL);
      break;
    case 3: // Larger than a packet may be.
      (void)::send(fd, big.data(), big.size(), MSG_NOSIGNAL);
      break;
    case 4: // Of a kind that there is none of.
      (void)::send(fd, big.data(), 100, MSG_NOSIGNAL);
      break;
    case 5: // Nothing at all, like the end.
      (void)::send(fd, "", 0, MSG_NOSIGNAL);
    }
  for (;;)
    ::pause();
}

// R-PROC-9
TEST_F(process_test, an_answer_that_is_none_ends_the_worker) {
  process_pool pool(server_, 1);
  run([](process_pool &pool) -> task<> {
    for (int what = 0; what < 6; ++what) {
      const pid_t worker = co_await pool.run(own_pid);
      std::optional<int> signal;
      try {
        co_await pool.run(sends_rubbish, what);
      } catch (const broken_pool_error &e) {
        signal = e.signal();
      }
      EXPECT_EQ(signal, SIGKILL) << what;
      EXPECT_TRUE(gone(worker)) << what;
    }
    // A message that is one, but not what the job returns.
    const auto wrong_value = []() -> std::string {
      const detail::message_header header{detail::message_kind::value, 0, 3};
      std::array<char, sizeof header + 3> packet{};
      std::memcpy(packet.data(), &header, sizeof header);
      for (int fd = 3; fd < 64; ++fd)
        (void)::send(fd, packet.data(), packet.size(), MSG_NOSIGNAL);
      for (;;)
        ::pause();
    };
    EXPECT_TRUE((co_await as_result(pool.run(wrong_value))).has_error());
  }(pool));
}

// R-PROC-10
TEST_F(process_test, shutdown_waits_for_jobs_and_ends_the_workers) {
  process_pool pool(server_, 2);
  run([](process_pool &pool) -> task<> {
    shared_board b;
    const auto job = [](process_pool &pool, shared_region region) -> task<> { co_await pool.run(until_open, region); };
    std::vector<task_handle<>> jobs;
    for (int i = 0; i < 4; ++i)
      jobs.push_back(spawn(job(pool, b.region)));
    co_await eventually([&] { return b->begun == 2; });
    task_handle<> down = spawn(pool.shutdown());
    for (int i = 0; i < 10; ++i)
      co_await yield();
    EXPECT_FALSE(down.ready());
    bool closed = false;
    try {
      co_await pool.run(nothing);
    } catch (const pool_closed &) {
      closed = true;
    }
    EXPECT_TRUE(closed);
    b->open = 1;
    co_await down;
    EXPECT_EQ(b->ended, 4);
    EXPECT_EQ(pool.alive(), 0u);
    EXPECT_TRUE(gone(b->pid));
    for (task_handle<> &h : jobs)
      EXPECT_TRUE(h.ready());
    co_await pool.shutdown();
  }(pool));
}

// R-PROC-10
TEST_F(process_test, the_destructor_ends_workers_that_have_nothing_to_do) {
  pid_t worker = 0;
  {
    process_pool pool(server_, 1);
    worker = run([](process_pool &pool) -> task<pid_t> { co_return co_await pool.run(own_pid); }(pool));
    EXPECT_FALSE(gone(worker));
  }
  // The fork server takes the status away a moment later.
  spin_until([worker] { return gone(worker); });
}

// R-PROC-11
TEST_F(process_test, a_fork_server_is_made_before_threads_and_a_pool_on_it_at_any_time) {
  std::atomic<bool> leave = false;
  std::thread other([&] { spin_until([&] { return leave.load(); }); });
  EXPECT_THROW(fork_server(), std::logic_error);
  EXPECT_THROW(process_pool(1), std::logic_error);
  {
    process_pool pool(server_, 1);
    EXPECT_EQ(run([](process_pool &pool) -> task<int> { co_return co_await pool.run(add, 1, 2); }(pool)), 3);
  }
  leave = true;
  other.join();
}

/// In a worker: a loop that is watched there.
int watched_there(int value) {
  event_loop loop(loop_options{.debug = true});
  return loop.run_until([](int value) -> task<int> {
    co_await yield();
    co_return value;
  }(value));
}

// R-PROC-11
TEST_F(process_test, threads_that_watch_loops_end_for_a_fork_and_watch_again_after_it) {
  const struct quiet {
    ~quiet() { set_report_sink(before); }
    report_sink before = set_report_sink([](const finding &) noexcept {});
  } until_all_have_ended;
  event_loop other;
  debug::monitor idle(other, {.stall = 20ms});
  other.run_until([]() -> task<> { co_await yield(); }());
  event_loop loop;
  debug::monitor watching(loop, {.stall = 20ms});
  const auto use_a_pool = [](debug::monitor &watching) -> task<int> {
    process_pool pool(1);
    const int value = co_await pool.run(watched_there, 42);
    const std::uint64_t stalls = watching.stalls();
    co_await yield();
    spin_until([&] { return watching.stalls() != stalls; });
    co_return value;
  };
  EXPECT_EQ(loop.run_until(use_a_pool(watching)), 42);
  EXPECT_EQ(loop.run_until(use_a_pool(watching)), 42);
  // Of another thread the program still hears.
  std::atomic<bool> leave = false;
  std::thread third([&] { spin_until([&] { return leave.load(); }); });
  EXPECT_THROW(loop.run_until(use_a_pool(watching)), std::logic_error);
  leave = true;
  third.join();
}

int answer_at_start = 1;
int read_answer() { return answer_at_start; }

// R-PROC-11
TEST_F(process_test, workers_see_the_data_of_the_program_as_of_the_beginning_of_their_server) {
  answer_at_start = 42;
  process_pool pool(1);
  process_pool earlier(server_, 1);
  answer_at_start = 43;
  run([](process_pool &pool, process_pool &earlier) -> task<> {
    EXPECT_EQ(co_await pool.run(read_answer), 42);
    EXPECT_EQ(co_await earlier.run(read_answer), 1);
  }(pool, earlier));
  answer_at_start = 1;
}

// R-PROC-12
TEST_F(process_test, workers_do_not_outlive_the_program) {
  shared_board b;
  const pid_t program = ::fork();
  if (program == 0) {
    process_pool pool(1);
    run([](process_pool &pool, shared_region region) -> task<> { co_await pool.run(until_open, region); }(pool,
                                                                                                          b.region));
    ::_exit(0);
  }
  spin_until([&] { return b->begun == 1; });
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, b->pid.load(), 0));
  EXPECT_GE(pidfd, 0);
  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  pollfd p{pidfd, POLLIN, 0};
  EXPECT_EQ(::poll(&p, 1, 60'000), 1);
  ::close(pidfd);
}

// R-PROC-12
TEST_F(process_test, workers_do_not_outlive_their_server) {
  process_pool pool(1);
  run([](process_pool &pool) -> task<> {
    const pid_t server = co_await pool.run([] { return ::getppid(); });
    shared_board b;
    const auto job = [](process_pool &pool, shared_region region) -> task<bool> {
      try {
        co_await pool.run(until_open, region);
      } catch (const broken_pool_error &e) {
        co_return !e.status() && !e.signal() && !e.exit_code();
      }
      co_return false;
    };
    task_handle<bool> h = spawn(job(pool, b.region));
    co_await eventually([&] { return b->begun == 1; });
    ::kill(server, SIGKILL);
    EXPECT_TRUE(co_await h);
    std::error_code code;
    try {
      co_await pool.run(own_pid);
    } catch (const std::system_error &e) {
      code = e.code();
    }
    EXPECT_EQ(code, std::errc::broken_pipe);
  }(pool));
}

// R-PROC-13
TEST_F(process_test, workers_keep_no_connection_open_and_run_no_handler) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  static volatile std::sig_atomic_t handled;
  handled = 0;
  const auto before = std::signal(SIGUSR1, [](int) { handled = 1; });
  {
    process_pool pool(1);
    std::signal(SIGUSR1, before);
    run([](process_pool &pool) -> task<> {
      // Ctrl-C reaches the whole group: that is the program's affair.
      EXPECT_EQ(co_await pool.run([] {
        ::kill(::getpid(), SIGINT);
        return 1;
      }),
                1);
      std::optional<int> signal;
      try {
        co_await pool.run([] { ::kill(::getpid(), SIGUSR1); });
      } catch (const broken_pool_error &e) {
        signal = e.signal();
      }
      EXPECT_EQ(signal, SIGUSR1);
      EXPECT_EQ(co_await pool.run([] {
        char c;
        return static_cast<int>(::read(0, &c, 1));
      }),
                0);
      EXPECT_EQ(co_await pool.run([] { return asyncrt::run([]() -> task<int> { co_return 5; }()); }), 5);
    }(pool));
    EXPECT_EQ(handled, 0);
    // Not even if it was forked by a coroutine is there a loop in a worker.
    run([]() -> task<> {
      process_pool inner(1);
      EXPECT_EQ(co_await inner.run([] { return asyncrt::run([]() -> task<int> { co_return 5; }()); }), 5);
    }());
    ::close(ends[0]);
    char c;
    EXPECT_EQ(::read(ends[1], &c, 1), 0); // The end, although the server and its workers live.
  }
  ::close(ends[1]);
}

// R-PROC-14
TEST_F(process_test, a_shared_region_is_the_same_memory_everywhere) {
  process_pool pool(server_, 2);
  run([](process_pool &pool) -> task<> {
    shared_region region(1 << 20);
    const std::span<int> numbers = region.as<int>();
    EXPECT_EQ(numbers.size(), std::size_t{1} << 18);
    EXPECT_EQ(numbers[5], 0);
    const auto fill = [](shared_region r, int from, int to) {
      for (int i = from; i < to; ++i)
        r.as<int>()[i] = i;
    };
    co_await when_all(pool.run(fill, region, 0, 1000), pool.run(fill, region, 1000, 2000));
    bool same = true;
    for (int i = 0; i < 2000; ++i)
      same &= numbers[i] == i;
    EXPECT_TRUE(same);
    // One that a job has made lives on here; an empty one is empty there.
    const shared_region made = co_await pool.run([] {
      shared_region r(16);
      r.as<int>()[3] = 7;
      return r;
    });
    EXPECT_EQ(made.as<int>()[3], 7);
    EXPECT_TRUE(co_await pool.run([](shared_region r) { return !r && r.data() == nullptr; }, shared_region()));
  }(pool));
}

// R-PROC-15
TEST_F(process_test, codecs_give_back_what_was_written_and_refuse_what_was_not) {
  using everything = std::tuple<int, bool, std::string, std::vector<int>, std::vector<std::string>,
                                std::pair<std::string, double>, std::array<std::string, 2>, std::vector<bool>>;
  const everything all{1, true, "text", {1, 2, 3}, {"a", "", "b"}, {"pi", 3.14}, {"x", "y"}, {true, false}};
  job_writer out;
  out.values(all);
  {
    job_reader in(out.data());
    EXPECT_TRUE(in.value<everything>() == all);
    in.finish();
  }
  for (std::size_t size = 0; size < out.data().size(); ++size) {
    job_reader in(out.data().first(size));
    EXPECT_THROW((void)in.value<everything>(), codec_error) << size;
  }
  job_reader rest(out.data());
  (void)rest.value<int>();
  EXPECT_THROW(rest.finish(), codec_error);
  EXPECT_THROW((void)rest.descriptor(), codec_error);
  out.clear();
  out.values(std::uint64_t{1} << 60, 1);
  for (int i = 0; i < 3; ++i) {
    job_reader in(out.data());
    EXPECT_THROW(i == 0   ? (void)in.value<std::string>()
                 : i == 1 ? (void)in.value<std::vector<int>>()
                          : (void)in.value<std::vector<std::string>>(),
                 codec_error);
  }
  out.clear();
  out.values(static_cast<unsigned char>(2));
  job_reader in(out.data());
  EXPECT_THROW((void)in.value<bool>(), codec_error);
  for (std::size_t i = 0; i < most_descriptors; ++i)
    out.descriptor(0);
  EXPECT_THROW(out.descriptor(0), codec_error);
}

// R-PROC-16
TEST_F(process_test, a_pool_serves_one_loop_after_the_other_and_not_two_at_once) {
  process_pool pool(server_, 1);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(run([](process_pool &pool) -> task<int> { co_return co_await pool.run(add, 1, 1); }(pool)), 2);
  const auto destroyed = [&] {
    event_loop loop;
    auto *doomed = new process_pool(server_, 1);
    shared_board b;
    task_handle<pid_t> h = spawn(loop, doomed->run(until_open, b.region));
    loop.run_until(eventually([&] { return b->begun == 1; }));
    delete doomed;
  };
  EXPECT_DEATH(destroyed(), "destroyed while a job is under way");
  const auto two = [&] {
    event_loop first, second;
    shared_board b;
    task_handle<pid_t> h = spawn(first, pool.run(until_open, b.region));
    first.run_until(eventually([&] { return b->begun == 1; }));
    second.run_until(pool.run(add, 1, 1));
  };
  EXPECT_DEATH(two(), "used by two loops at once");
}

} // namespace
} // namespace asyncrt::test
