// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the detectors that interpose functions of libc, in a program of its own.
#include "harness.hpp"

#include <asyncrt/debug/blocking_trap.hpp>
#include <asyncrt/debug/pool_churn.hpp>
#include <asyncrt/debug/stack.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <future>
#include <netdb.h>
#include <poll.h>
#include <semaphore.h>
#include <shared_mutex>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace asyncrt::test {
namespace {

class traps : public runtime {
protected:
  struct seen {
    std::string check, what, task;
    unsigned line;
    std::vector<void *> stack;
    /// Whether \p function is on the stack.
    bool through(const char *function) const {
      return std::any_of(stack.begin(), stack.end(), [&](void *address) {
        return debug::look_up(address).function.find(function) != std::string::npos;
      });
    }
  };
  void SetUp() override {
    runtime::SetUp();
    all().clear();
    before_ = set_report_sink([](const finding &f) noexcept {
      all().push_back({f.check, f.what, f.task, f.where.line(), {f.stack.begin(), f.stack.end()}});
    });
  }
  void TearDown() override {
    set_report_sink(before_);
    runtime::TearDown();
  }
  static std::vector<seen> &all() {
    static std::vector<seen> found;
    return found;
  }
  /// The functions that were reported, in order.
  static std::vector<std::string> functions() {
    std::vector<std::string> names;
    for (const seen &s : all())
      names.push_back(s.what.substr(0, s.what.find('(')));
    return names;
  }
  /// What \p f does is done in a step.
  template <class F> static void in_step(F f) {
    sync_wait([](F &f) -> task<> {
      f();
      co_return;
    }(f));
  }

private:
  report_sink before_ = nullptr;
};

using names = std::vector<std::string>;

[[gnu::noinline]] void nap() {
  const timespec shortly = {.tv_sec = 0, .tv_nsec = 1};
  ::nanosleep(&shortly, nullptr);
}

// R-TRAP-1
TEST_F(traps, a_blocking_call_in_a_step_is_reported) {
  const auto sleeper = []() -> task<> {
    co_await yield();
    ::usleep(1);
  };
  const unsigned line = __LINE__ - 4;
  sync_wait([](auto sleeper) -> task<> { co_await spawn(sleeper(), "sleeper"); }(sleeper));
  ASSERT_EQ(functions(), names{"usleep"});
  EXPECT_EQ(all()[0].check, "async-blocking-call");
  EXPECT_EQ(all()[0].task, "sleeper");
  EXPECT_EQ(all()[0].line, line);
  EXPECT_NE(all()[0].what.find("usleep() keeps the loop waiting (sleep), from "), std::string::npos) << all()[0].what;
  EXPECT_NE(all()[0].what.find("trap-tests+0x"), std::string::npos) << all()[0].what;
}

// R-TRAP-1, R-HELD-1, R-CHURN-1
TEST_F(traps, findings_have_the_stack_from_the_caller_on) {
  static std::mutex mutex;
  struct program {
    [[gnu::noinline]] static void locks() {
      mutex.lock();
      asm volatile("");
    }
    [[gnu::noinline]] static void makes_a_thread() {
      std::thread([] {}).detach();
      asm volatile("");
    }
    [[gnu::noinline]] static void sleeps() {
      ::usleep(1);
      asm volatile("");
    }
    static task<> does_all() {
      sleeps();
      locks();
      makes_a_thread();
      co_await yield();
      mutex.unlock();
    }
  };
  for (int i = 0; i < 2; ++i)
    sync_wait(program::does_all());
  trace names;
  for (const seen &s : all())
    names.push_back(s.check);
  ASSERT_EQ(names, (trace{"async-blocking-call", "async-lock-across-await", "async-per-call-executor"}));
  const char *const inner[] = {"sleeps()", "locks()", "makes_a_thread()"};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(all()[i].through(inner[i])) << all()[i].what;
    EXPECT_TRUE(all()[i].through("does_all()")) << all()[i].what;
    const debug::code_place first = debug::look_up(all()[i].stack[0]);
    EXPECT_NE(first.module.find("/asyncrt-"), std::string::npos) << first.module;
  }
}

// R-TRAP-1
TEST_F(traps, each_kind_of_waiting_is_known) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "abc", 3), 3);
  const fd text(::open("/etc/passwd", O_RDONLY));
  sem_t semaphore;
  ::sem_init(&semaphore, 0, 1);
  in_step([&] {
    char byte;
    ::nanosleep(std::array{timespec{0, 1}}.data(), nullptr);
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, std::array{timespec{0, 1}}.data(), nullptr);
    EXPECT_EQ(::read(text.get(), &byte, 1), 1);
    pollfd p = {.fd = ends[0], .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&p, 1, 1000), 1);
    ::sem_wait(&semaphore);
    EXPECT_EQ(::system("exit 3"), 3 << 8);
    const fd file(::open("/etc/passwd", O_RDONLY));
    ::flock(file.get(), LOCK_SH);
    ::fsync(file.get());
    struct stat status;
    EXPECT_EQ(::stat("/etc", &status), 0);
    addrinfo *found = nullptr;
    EXPECT_EQ(::getaddrinfo("127.0.0.1", nullptr, nullptr, &found), 0);
    ::freeaddrinfo(found);
    EXPECT_EQ(::waitpid(-1, nullptr, 0), -1);
    std::thread([] {}).join();
  });
  EXPECT_EQ(functions(), (names{"nanosleep", "clock_nanosleep", "read", "poll", "sem_wait", "system", "open", "flock",
                                "fsync", "stat", "getaddrinfo", "waitpid", "pthread_join"}));
  ::sem_destroy(&semaphore);
  ::close(ends[0]);
  ::close(ends[1]);
}

// R-TRAP-1
TEST_F(traps, sockets_that_block_are_known) {
  const fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), client(::socket(AF_UNIX, SOCK_STREAM, 0));
  const endpoint where = endpoint::local(std::string_view("\0asyncrt-trap-test", 18));
  ASSERT_EQ(::bind(listener.get(), where.data(), where.size()), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  // Waits as long as a test may.
  const timeval shortly = {.tv_sec = 0, .tv_usec = 1000};
  const auto soon_over = [&](const fd &f) {
    ::setsockopt(f.get(), SOL_SOCKET, SO_RCVTIMEO, &shortly, sizeof shortly);
    ::setsockopt(f.get(), SOL_SOCKET, SO_SNDTIMEO, &shortly, sizeof shortly);
  };
  soon_over(listener);
  soon_over(client);
  in_step([&] {
    EXPECT_EQ(::accept(listener.get(), nullptr, nullptr), -1);
    EXPECT_EQ(::connect(client.get(), where.data(), where.size()), 0);
    char byte = 'x';
    EXPECT_EQ(::recv(client.get(), &byte, 1, 0), -1);
    const std::string much(10'000'000, 'x');
    EXPECT_LT(::send(client.get(), much.data(), much.size(), MSG_NOSIGNAL), static_cast<ssize_t>(much.size()));
    EXPECT_EQ(::write(client.get(), &byte, 1), -1);
  });
  EXPECT_EQ(functions(), (names{"accept", "connect", "recv", "send", "write"}));
}

// R-TRAP-1
TEST_F(traps, what_the_standard_library_waits_for_is_found_where_it_is_called) {
  std::promise<void> promise;
  std::future<void> future = promise.get_future();
  std::mutex mutex;
  std::condition_variable condition;
  bool woken = false;
  std::thread other;
  const auto slow = [] { std::this_thread::sleep_for(20ms); };
  in_step([&] {
    other = std::thread([&] { // Not in a step.
      slow();
      promise.set_value();
      slow();
      const std::lock_guard lock(mutex);
      woken = true;
      condition.notify_one();
    });
    future.wait();
    std::unique_lock lock(mutex);
    condition.wait(lock, [&] { return woken; });
  });
  other.join();
  EXPECT_EQ(functions(), (names{"syscall", "pthread_cond_wait"}));
  for (const seen &s : all())
    EXPECT_NE(s.what.find("trap-tests+0x"), std::string::npos) << s.what;
}

// R-TRAP-1
TEST_F(traps, streams_open_and_read_files) {
  in_step([] {
    std::ifstream passwd("/etc/passwd");
    std::string line;
    EXPECT_TRUE(std::getline(passwd, line));
  });
  ASSERT_EQ(all().size(), 2u);
  EXPECT_NE(all()[0].what.find("(file)"), std::string::npos);
}

// R-TRAP-2
TEST_F(traps, each_place_is_reported_once) {
  for (int i = 0; i < 3; ++i)
    in_step([] {
      for (int k = 0; k < 3; ++k)
        ::usleep(1);
    });
  EXPECT_EQ(functions(), names{"usleep"});
  in_step([] { nap(); });
  in_step([] { nap(); });
  EXPECT_EQ(functions(), (names{"usleep", "nanosleep"}));
}

/// As in a program that is built with -O0: what the library's headers define is called.
#ifdef __clang__
#define ASYNCRT_TEST_NOT_OPTIMIZED [[clang::optnone, gnu::noinline]]
#else
#define ASYNCRT_TEST_NOT_OPTIMIZED [[gnu::optimize("O0"), gnu::noinline]]
#endif

struct not_optimized {
  ASYNCRT_TEST_NOT_OPTIMIZED static void first_sleep() { std::this_thread::sleep_for(1ms); }
  ASYNCRT_TEST_NOT_OPTIMIZED static void second_sleep() { std::this_thread::sleep_for(1ms); }
  ASYNCRT_TEST_NOT_OPTIMIZED static void lock_shortly(std::mutex &mutex) {
    const std::lock_guard<std::mutex> guard(mutex);
  }
  ASYNCRT_TEST_NOT_OPTIMIZED static void lock_for_long(std::mutex &mutex) { mutex.lock(); }
};

// R-TRAP-2
TEST_F(traps, places_are_those_of_the_program_without_optimisation) {
  for (int i = 0; i < 2; ++i)
    in_step([] {
      not_optimized::first_sleep();
      not_optimized::second_sleep();
    });
  ASSERT_EQ(all().size(), 2u);
  EXPECT_NE(all()[0].what.find("from asyncrt::test::(anonymous namespace)::not_optimized::first_sleep()"),
            std::string::npos)
      << all()[0].what;
  EXPECT_TRUE(all()[1].through("second_sleep()"));
}

// R-TRAP-2
TEST_F(traps, functions_of_the_standard_library_are_known) {
  EXPECT_FALSE(debug::in_standard_library(debug::capture_stack().frames[0]));
  EXPECT_FALSE(debug::in_standard_library(reinterpret_cast<void *>(2)));
  const auto begins = [](auto *function) { return debug::in_standard_library(reinterpret_cast<char *>(function) + 1); };
  EXPECT_TRUE(begins(&std::this_thread::sleep_for<std::int64_t, std::micro>));
  EXPECT_TRUE(begins(static_cast<std::terminate_handler (*)() noexcept>(&std::get_terminate)));
  EXPECT_FALSE(begins(&not_optimized::first_sleep));
}

// R-TRAP-3
TEST_F(traps, what_cannot_block_is_not_reported) {
  int ends[2], ordinary[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ordinary), 0);
  std::uint32_t word = 0;
  in_step([&] {
    char byte;
    EXPECT_EQ(::read(ends[0], &byte, 1), -1);
    EXPECT_EQ(errno, EAGAIN);
    EXPECT_EQ(::recv(ordinary[0], &byte, 1, MSG_DONTWAIT), -1);
    pollfd p = {.fd = ends[0], .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&p, 1, 0), 0);
    timeval none = {};
    EXPECT_EQ(::select(0, nullptr, nullptr, nullptr, &none), 0);
    ::waitpid(-1, nullptr, WNOHANG);
    ::close(::open("/proc/self/stat", O_RDONLY));
    ::usleep(0);
    (void)!::write(STDERR_FILENO, "", 0);
    ::syscall(SYS_futex, &word, 129 /* FUTEX_WAKE_PRIVATE */, 1, nullptr, nullptr, 0);
    std::mutex mutex;
    const std::lock_guard lock(mutex);
  });
  EXPECT_EQ(functions(), names{});
  for (const int end : {ends[0], ends[1], ordinary[0], ordinary[1]})
    ::close(end);
}

// R-TRAP-3
TEST_F(traps, what_is_ready_is_not_waited_for) {
  int ends[2], pair[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const fd timer(::timerfd_create(CLOCK_MONOTONIC, 0));
  const itimerspec at_once = {.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = 1}};
  ASSERT_EQ(::timerfd_settime(timer.get(), 0, &at_once, nullptr), 0);
  const fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), client(::socket(AF_UNIX, SOCK_STREAM, 0));
  const endpoint where = endpoint::local(std::string_view("\0asyncrt-trap-ready", 19));
  ASSERT_EQ(::bind(listener.get(), where.data(), where.size()), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::connect(client.get(), where.data(), where.size()), 0);
  sync_wait([](const auto &ends, const auto &pair, int timer, int listener) -> task<> {
    std::uint64_t times = 0;
    co_await async_readable(timer);
    EXPECT_EQ(::read(timer, &times, sizeof times), 8);
    char bytes[4] = "abc";
    iovec part = {.iov_base = bytes, .iov_len = 3};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    EXPECT_EQ(::write(ends[1], bytes, 3), 3);
    EXPECT_EQ(::read(ends[0], bytes, 4), 3);
    EXPECT_EQ(::writev(pair[1], &part, 1), 3);
    EXPECT_EQ(::readv(pair[0], &part, 1), 3);
    EXPECT_EQ(::send(pair[1], bytes, 3, 0), 3);
    EXPECT_EQ(::recv(pair[0], bytes, 4, 0), 3);
    EXPECT_EQ(::sendmsg(pair[1], &message, 0), 3);
    EXPECT_EQ(::recvmsg(pair[0], &message, 0), 3);
    ::close(::accept(listener, nullptr, nullptr));
    ::shutdown(pair[1], SHUT_WR);
    EXPECT_EQ(::recv(pair[0], bytes, 4, 0), 0); // It has ended.
    EXPECT_EQ(::read(-1, bytes, 4), -1);
    EXPECT_EQ(errno, EBADF);
  }(ends, pair, timer.get(), listener.get()));
  EXPECT_EQ(functions(), names{});
  in_step([&] {
    char bytes[4];
    EXPECT_EQ(::send(pair[0], "abc", 3, 0), 3);
    ::shutdown(pair[0], SHUT_WR);
    EXPECT_EQ(::recv(pair[1], bytes, 4, MSG_WAITALL), 3); // There is something, but not all.
    const std::string much(5'000, 'x');
    EXPECT_EQ(::write(ends[1], much.data(), much.size()), 5'000); // Nobody knows whether there is room.
  });
  EXPECT_EQ(functions(), (names{"recv", "write"}));
  for (const int end : {ends[0], ends[1], pair[0], pair[1]})
    ::close(end);
}

// R-TRAP-3
TEST_F(traps, what_is_allowed_or_outside_of_a_step_is_not_reported) {
  ::usleep(1);
  in_step([] {
    const debug::allow_blocking here("a test");
    const debug::allow_blocking twice("a test");
    ::usleep(1);
  });
  in_step([] { std::thread([] { ::usleep(1); }).detach(); });
  sync_wait([]() -> task<> { co_await offload([] { ::usleep(1); }); }());
  thread_pool::end_shared();
  EXPECT_EQ(functions(), names{});
}

// R-TRAP-4
TEST_F(traps, the_runtime_reports_nothing_of_its_own) {
  const std::string path = ::testing::TempDir() + "asyncrt-trap-" + std::to_string(::getpid());
  sync_wait([](std::string path) -> task<> {
    EXPECT_EQ(endpoint::ip("::1", 80).to_string(), "[::1]:80");
    {
      unix_listener listener = unix_listener::bind(path + ".socket");
      unix_stream client = co_await unix_connect(path + ".socket");
      unix_stream server = co_await listener.accept();
      co_await client.write_all("hello");
      char bytes[5];
      co_await server.read_some(bytes);
    }
    co_await write_file(path, "text");
    EXPECT_EQ(co_await read_file(path), "text");
    shared_region region(4096);
    (void)co_await resolve("127.0.0.1", 80);
    process child = process::spawn({"true"});
    EXPECT_TRUE((co_await child.wait()).success());
    co_await offload([] { ::unlink("/nowhere/at/all"); });
    co_await sleep_for(1ms);
  }(path));
  ::unlink(path.c_str());
  thread_pool::end_shared();
  EXPECT_EQ(functions(), names{});
}

// R-TRAP-4
TEST_F(traps, what_the_sink_of_findings_does_is_not_reported) {
  set_report_sink([](const finding &f) noexcept {
    nap();
    all().push_back({f.check, f.what, f.task, f.where.line()});
  });
  in_step([] { [[maybe_unused]] const auto forgotten = []() -> task<> { co_return; }(); });
  ASSERT_EQ(all().size(), 1u);
  EXPECT_EQ(all()[0].check, "async-unawaited-task");
}

// R-TRAP-5
TEST_F(traps, calls_do_what_they_do_without) {
  const auto everything = [] {
    char name[] = "/tmp/asyncrt-trap-XXXXXX";
    const fd made(::mkstemp(name));
    EXPECT_TRUE(made);
    const fd again(::open(name, O_RDWR | O_CREAT, 0600)); // variadic
    EXPECT_EQ(::pwrite(again.get(), "12 3.5 word", 11, 0), 11);
    const std::unique_ptr<FILE, int (*)(FILE *)> file(::fopen(name, "r"), std::fclose);
    int number = 0;
    double real = 0;
    char word[8] = {};
    EXPECT_EQ(std::fscanf(file.get(), "%d %lf %7s", &number, &real, word), 3);
    EXPECT_EQ(number, 12);
    EXPECT_EQ(real, 3.5);
    EXPECT_STREQ(word, "word");
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    char host[64];
    // Seven arguments: one of them is on the stack.
    EXPECT_EQ(::getnameinfo(reinterpret_cast<sockaddr *>(&address), sizeof address, host, sizeof host, nullptr, 0,
                            NI_NUMERICHOST),
              0);
    EXPECT_STREQ(host, "0.0.0.0");
    errno = 0;
    EXPECT_EQ(::open("/does/not/exist", O_RDONLY), -1);
    EXPECT_EQ(errno, ENOENT);
    EXPECT_EQ(::unlink(name), 0);
  };
  everything();
  EXPECT_EQ(functions(), names{});
  in_step(everything);
  EXPECT_GT(functions().size(), 5u);
}

// R-HELD-1
TEST_F(traps, a_lock_that_is_held_across_a_suspension_is_reported) {
  std::mutex mutex;
  std::shared_mutex shared;
  const auto holder = [&]() -> task<> {
    const std::lock_guard guard(mutex);
    co_await yield();
    std::shared_lock reads(shared);
    co_await yield();
    reads.unlock();
    co_await yield();
  };
  const unsigned line = __LINE__ - 8;
  sync_wait([](auto &holder) -> task<> {
    co_await spawn(holder(), "holder");
    co_await spawn(holder(), "again");
  }(holder));
  ASSERT_EQ(all().size(), 2u);
  for (const seen &s : all()) {
    EXPECT_EQ(s.check, "async-lock-across-await");
    EXPECT_EQ(s.task, "holder");
    EXPECT_EQ(s.line, line);
    EXPECT_NE(s.what.find("a lock is held while the loop goes on, from "), std::string::npos) << s.what;
    EXPECT_NE(s.what.find("trap-tests+0x"), std::string::npos) << s.what;
  }
}

// R-HELD-1
TEST_F(traps, a_lock_that_was_only_tried_counts_when_it_was_got) {
  std::mutex mutex;
  std::timed_mutex timed;
  const std::lock_guard from_outside(timed);
  std::unique_lock<std::mutex> lock;
  sync_wait([](std::mutex &mutex, std::timed_mutex &timed, auto &lock) -> task<> {
    EXPECT_FALSE(std::unique_lock(timed, std::try_to_lock).owns_lock());
    co_await yield();
    lock = std::unique_lock(mutex, std::try_to_lock);
    co_await yield();
  }(mutex, timed, lock));
  EXPECT_TRUE(lock.owns_lock());
  ASSERT_EQ(all().size(), 1u);
  EXPECT_EQ(all()[0].check, "async-lock-across-await");
}

// R-HELD-1
TEST_F(traps, a_lock_is_found_by_its_place_in_the_program_without_optimisation) {
  std::mutex mutex;
  const auto holder = [&]() -> task<> {
    for (int i = 0; i < 3; ++i)
      not_optimized::lock_shortly(mutex);
    not_optimized::lock_for_long(mutex);
    co_await yield();
    mutex.unlock();
  };
  sync_wait(holder());
  sync_wait(holder());
  ASSERT_EQ(all().size(), 1u);
  EXPECT_NE(all()[0].what.find("not_optimized::lock_for_long("), std::string::npos) << all()[0].what;
  EXPECT_GT(all()[0].stack.size(), 1u);
}

// R-HELD-2
TEST_F(traps, locks_that_are_given_back_before_the_suspension_are_not_reported) {
  std::mutex mutex, outer;
  std::shared_mutex shared;
  std::condition_variable condition;
  async_mutex asynchronous;
  const std::lock_guard outside_of_the_loop(outer);
  sync_wait([](std::mutex &mutex, std::shared_mutex &shared, std::condition_variable &condition,
               async_mutex &asynchronous) -> task<> {
    for (int i = 0; i < 3; ++i) {
      {
        const std::lock_guard guard(mutex);
        const std::shared_lock reads(shared);
      }
      {
        const debug::allow_blocking here("a test");
        std::unique_lock lock(mutex);
        condition.wait_for(lock, 1ms);
      }
      const auto guard = co_await asynchronous.lock_guard();
      co_await yield();
    }
    co_await offload([&] { std::this_thread::sleep_for(1ms); });
  }(mutex, shared, condition, asynchronous));
  thread_pool::end_shared();
  EXPECT_EQ(all().size(), 0u);
}

// R-CHURN-1
TEST_F(traps, executors_that_are_made_in_coroutines_are_reported_the_second_time) {
  const auto with_pool = []() -> task<> {
    thread_pool pool(1);
    co_await run_on(pool, [] {});
    co_await run_on(pool, [] {});
  };
  fork_server server;
  const auto each_kind = [&]() -> task<> {
    const debug::allow_blocking here("a test");
    std::thread([] {}).join();
    const event_loop loop;
    const process_pool pool(server, 1);
    co_return;
  };
  sync_wait([](auto &with_pool) -> task<> {
    const debug::allow_blocking here("a test"); // What ends the pool blocks.
    for (int i = 0; i < 5; ++i)
      co_await spawn(with_pool(), "per call");
  }(with_pool));
  ASSERT_EQ(all().size(), 1u);
  EXPECT_EQ(all()[0].check, "async-per-call-executor");
  EXPECT_EQ(all()[0].task, "per call");
  EXPECT_EQ(all()[0].what.find("a thread pool is made in a coroutine, for the second time, from "), 0u)
      << all()[0].what;
  EXPECT_NE(all()[0].what.find("trap-tests+0x"), std::string::npos) << all()[0].what;

  for (int i = 0; i < 3; ++i)
    sync_wait(each_kind());
  ASSERT_EQ(all().size(), 4u);
  EXPECT_EQ(all()[1].what.find("a thread is made"), 0u) << all()[1].what;
  EXPECT_EQ(all()[2].what.find("an event loop is made"), 0u) << all()[2].what;
  EXPECT_EQ(all()[3].what.find("a process pool is made"), 0u) << all()[3].what;
  EXPECT_NE(all()[3].what.find("trap-tests+0x"), std::string::npos) << all()[3].what;
}

// R-CHURN-1
TEST_F(traps, executors_that_are_made_in_one_go_are_one_activation) {
  struct program {
    static task<> with_shards() {
      std::vector<std::thread> shards;
      for (int i = 0; i < 4; ++i)
        shards.emplace_back([](int) {}, i);
      std::vector<std::unique_ptr<thread_pool>> pools;
      for (int i = 0; i < 2; ++i)
        pools.push_back(std::make_unique<thread_pool>(1));
      co_await yield();
      const debug::allow_blocking here("a test");
      for (std::thread &shard : shards)
        shard.join();
      for (const auto &pool : pools)
        co_await run_on(*pool, [] {});
      pools.clear();
    }
  };
  sync_wait(program::with_shards());
  EXPECT_EQ(all().size(), 0u) << all()[0].what;
  sync_wait(program::with_shards()); // That is per call.
  const auto told = [](const char *what) {
    return std::any_of(all().begin(), all().end(), [=](const seen &s) { return s.what.find(what) == 0; });
  };
  EXPECT_TRUE(told("a thread is made in a coroutine, for the second time"));
  EXPECT_TRUE(told("a thread pool is made in a coroutine, for the second time"));
}

// R-CHURN-2
TEST_F(traps, pools_that_come_to_nothing_are_reported_the_third_time) {
  for (int i = 0; i < 5; ++i) {
    thread_pool pool(1);
    if (i == 3)
      EXPECT_EQ(all().size(), 1u);
  }
  ASSERT_EQ(all().size(), 1u);
  EXPECT_EQ(all()[0].check, "async-per-call-executor");
  EXPECT_EQ(all()[0].task, "outside of a loop");
  EXPECT_EQ(all()[0].what.find("a thread pool is made again and again"), 0u) << all()[0].what;
}

// R-CHURN-3
TEST_F(traps, executors_that_last_or_have_work_are_not_reported) {
  for (int i = 0; i < 2; ++i) { // The shared pool is no pool per call.
    sync_wait([]() -> task<> { co_await offload([] {}); }());
    thread_pool::end_shared();
  }
  sync_wait([]() -> task<> {
    thread_pool one(1);
    thread_pool another(2);
    co_await run_on(one, [] {});
    co_await run_on(another, [] { std::thread([] {}).join(); });
    const debug::allow_blocking here("a test: the pools end");
    one.shutdown();
    another.shutdown();
  }());
  for (int i = 0; i < 5; ++i) {
    thread_pool busy(1);
    sync_wait([](thread_pool &pool) -> task<> {
      co_await run_on(pool, [] {});
      co_await run_on(pool, [] {});
    }(busy));
  }
  for (int i = 0; i < 5; ++i)
    sync_wait([]() -> task<> {
      const debug::allow_executors here("a test");
      const debug::allow_blocking and_this("a test");
      thread_pool(1).shutdown();
      std::thread([] {}).join();
      co_return;
    }());
  EXPECT_EQ(all().size(), 0u) << all()[0].what;
}

} // namespace
} // namespace asyncrt::test
