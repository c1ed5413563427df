// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Descriptors, sockets, and what goes wrong with them: real ones, on the loopback interface.
#include "harness.hpp"

#include <cerrno>
#include <csignal>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace asyncrt::test {
namespace {

/// How many descriptors this process has open.
unsigned open_descriptors() {
  DIR *all = ::opendir("/proc/self/fd");
  unsigned count = 0;
  while (::readdir(all))
    ++count;
  ::closedir(all);
  return count;
}

/// Every test checks that it leaves no descriptor open, besides what `runtime` checks.
class io_test : public on_each_reactor {
public:
  using on_each_reactor::kinds;
  using on_each_reactor::name;

protected:
  void SetUp() override {
    on_each_reactor::SetUp();
    descriptors_ = open_descriptors();
  }
  void TearDown() override {
    EXPECT_EQ(open_descriptors(), descriptors_) << "descriptors were left open";
    on_each_reactor::TearDown();
  }

  /// On a loop of its own, on the machine's clock.
  template <class T> static T run(task<T> t) { return asyncrt::run(std::move(t)); }

private:
  unsigned descriptors_ = 0;
};
INSTANTIATE_TEST_SUITE_P(reactor, io_test, io_test::kinds(), io_test::name);

/// Reads to the end of the stream.
task<std::string> read_all(async_fd &from, std::size_t piece = 4096) {
  std::string all, buffer(piece, '\0');
  while (const std::size_t count = co_await from.read_some(buffer))
    all.append(buffer, 0, count);
  co_return all;
}

// R-IO-19
TEST_P(io_test, the_loop_has_the_reactor_that_was_asked_for) {
  const auto link_of = [](const char *what) {
    unsigned count = 0;
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code error;
      count += std::filesystem::read_symlink(entry, error).string().find(what) != std::string::npos;
    }
    return count;
  };
  event_loop by_default, with_epoll({.io = reactor_kind::epoll}), injected({.reactor = make_epoll_reactor()});
  by_default.io();
  EXPECT_EQ(link_of("[io_uring]"), GetParam() == reactor_kind::io_uring);
  EXPECT_EQ(link_of("[eventpoll]"), 1u + (GetParam() == reactor_kind::epoll));
  with_epoll.io();
  injected.io();
  EXPECT_EQ(link_of("[eventpoll]"), 2u + (GetParam() == reactor_kind::epoll));
}

// R-IO-19
TEST_P(io_test, a_kernel_that_refuses_io_uring_is_told_once_and_epoll_used) {
  const auto program = [] {
    refuse_io_uring();
    const auto talk = []() -> task<> {
      auto [a, b] = unix_pair();
      const auto read = [](unix_stream &s) -> task<std::string> { co_return co_await read_all(s); };
      task_handle<std::string> r = spawn(read(b));
      co_await yield();
      co_await a.write_all("hello");
      a.close();
      std::fprintf(stderr, "%s on epoll", (co_await r).c_str());
    };
    asyncrt::run(talk(), {.io = reactor_kind::io_uring});
    // Without what the end of a program does, which says more when the tests had threads.
    ::_exit(3);
  };
  EXPECT_EXIT(program(), ::testing::ExitedWithCode(3),
              "^asyncrt: io_uring: Operation not permitted; the loop uses epoll instead\nhello on epoll$");
}

/// The errno of the std::system_error that \p a ends with, and in \p what, which operation; zero for none.
template <class A> task<int> error_of(A a, std::string &what) {
  try {
    static_cast<void>(co_await std::move(a));
  } catch (const std::system_error &e) {
    what = e.what();
    co_return e.code().value();
  }
  co_return 0;
}

/// Both ends of a TCP connection.
struct connection {
  tcp_stream client, server;
};
task<connection> connect() {
  tcp_listener listener = tcp_listener::bind(endpoint::loopback());
  tcp_stream client = co_await tcp_connect(listener.local());
  tcp_stream server = co_await listener.accept();
  co_return connection{std::move(client), std::move(server)};
}

/// A text that is different everywhere, so that what is lost, doubled or out of order is seen.
std::string pattern(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i)
    text += std::to_string(i * 2654435761u) + ' ';
  text.resize(size);
  return text;
}

// R-IO-5
TEST_P(io_test, fd_closes_what_it_owns_once) {
  const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const auto is_open = [](int n) { return ::fcntl(n, F_GETFD) >= 0; };
  {
    fd a(number);
    fd b = std::move(a);
    EXPECT_FALSE(a);
    EXPECT_EQ(b.get(), number);
    fd copy = b.duplicate();
    EXPECT_NE(copy.get(), number);
    EXPECT_TRUE(::fcntl(copy.get(), F_GETFD) & FD_CLOEXEC);
    b = std::move(copy);
    EXPECT_FALSE(is_open(number));
    const int kept = b.release();
    b.close();
    EXPECT_TRUE(is_open(kept));
    fd again(kept);
  }
  EXPECT_FALSE(fd(-5));
  EXPECT_THROW((void)fd().duplicate(), std::system_error);
}

// R-IO-6
TEST_P(io_test, endpoints_are_read_and_written_as_text) {
  EXPECT_EQ(endpoint::ip("127.0.0.1", 80), endpoint::loopback(80));
  EXPECT_NE(endpoint::ip("127.0.0.1", 81), endpoint::loopback(80));
  EXPECT_EQ(endpoint::loopback(80).to_string(), "127.0.0.1:80");
  EXPECT_EQ(endpoint::any(8080).to_string(), "0.0.0.0:8080");
  EXPECT_EQ(endpoint::ip("::1", 443).to_string(), "[::1]:443");
  EXPECT_EQ(endpoint::ip("::1", 443).port(), 443);
  EXPECT_EQ(endpoint::local("/run/x").to_string(), "unix:/run/x");
  EXPECT_EQ(endpoint::local(std::string_view("\0x", 2)).to_string(), "unix:@x");
  EXPECT_EQ(endpoint::local("/run/x").path(), "/run/x");
  EXPECT_EQ(endpoint().to_string(), "-");
  for (const char *wrong : {"", "localhost", "1.2.3", "1.2.3.4.5", "::1::"})
    EXPECT_THROW((void)endpoint::ip(wrong, 1), std::system_error) << wrong;
  EXPECT_THROW((void)endpoint::local(""), std::system_error);
  EXPECT_EQ(endpoint::local(std::string(107, 'x')).path().size(), 107u);
  EXPECT_THROW((void)endpoint::local(std::string(108, 'x')), std::system_error);
}

// R-IO-7
TEST_P(io_test, what_need_not_wait_does_not_hop) {
  run([]() -> task<> {
    auto [a, b] = unix_pair();
    bool hopped = false;
    event_loop::current()->post([&] { hopped = true; });
    char c;
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(co_await a.write_some("x"), 1u);
      EXPECT_EQ(co_await b.read_some({&c, 1}), 1u);
    }
    EXPECT_FALSE(hopped);
    co_await yield();
    EXPECT_TRUE(hopped);
  }());
}

// R-IO-8
TEST_P(io_test, the_end_of_a_stream_is_a_value_and_the_other_direction_goes_on) {
  run([]() -> task<> {
    connection c = co_await connect();
    EXPECT_EQ(c.client.local(), c.server.peer());
    EXPECT_EQ(c.client.peer(), c.server.local());
    co_await c.client.write_all("the question");
    c.client.shutdown_write();
    EXPECT_EQ(co_await read_all(c.server), "the question");
    char buffer[8];
    EXPECT_EQ(co_await c.server.read_some(buffer), 0u);
    co_await c.server.write_all("the answer");
    c.server.close();
    EXPECT_EQ(co_await read_all(c.client), "the answer");
  }());
}

// R-IO-9
TEST_P(io_test, a_broken_connection_is_an_error_and_not_a_signal) {
  run([]() -> task<> {
    std::string what;
    {
      connection c = co_await connect();
      const auto reader = [](tcp_stream &s, std::string &what) -> task<int> {
        char buffer[8];
        co_return co_await error_of(s.read_some(buffer), what);
      };
      task_handle<int> waits = spawn(reader(c.client, what));
      co_await yield();
      c.server.reset_on_close();
      c.server.close();
      EXPECT_EQ(co_await waits, ECONNRESET);
      EXPECT_NE(what.find("read_some"), std::string::npos) << what;
      EXPECT_EQ(co_await error_of(c.client.write_some("x"), what), EPIPE);
      EXPECT_NE(what.find("write_some"), std::string::npos) << what;
      EXPECT_EQ(co_await error_of(c.client.write_all("x"), what), EPIPE);
      EXPECT_NE(what.find("write_all"), std::string::npos) << what;
    }
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    async_fd in{fd(ends[0])}, out{fd(ends[1])};
    in.close();
    EXPECT_EQ(co_await error_of(out.write_some("x"), what), EPIPE);
    // The signal is not waiting to be delivered later either.
    sigset_t pending;
    ::sigpending(&pending);
    EXPECT_FALSE(::sigismember(&pending, SIGPIPE));
  }());
}

// R-IO-9
TEST_P(io_test, what_cannot_be_connected_is_told_with_its_address) {
  run([]() -> task<> {
    std::string what;
    const endpoint nobody = [] { return tcp_listener::bind(endpoint::loopback()).local(); }();
    EXPECT_EQ(co_await error_of(tcp_connect(nobody), what), ECONNREFUSED);
    EXPECT_NE(what.find("connect " + nobody.to_string()), std::string::npos) << what;
    EXPECT_EQ(co_await error_of(unix_connect("/nowhere/at/all"), what), ENOENT);
    EXPECT_NE(what.find("unix:/nowhere/at/all"), std::string::npos) << what;
    EXPECT_EQ(co_await error_of(tcp_connect(endpoint()), what), EAFNOSUPPORT);
  }());
  tcp_listener first = tcp_listener::bind(endpoint::loopback());
  try {
    (void)tcp_listener::bind(first.local());
    ADD_FAILURE() << "two listeners at one address";
  } catch (const std::system_error &e) {
    EXPECT_EQ(e.code().value(), EADDRINUSE);
    EXPECT_NE(std::string(e.what()).find("listen " + first.local().to_string()), std::string::npos) << e.what();
  }
}

/// While it lives, the process has \p left descriptors left.
class no_descriptors {
public:
  explicit no_descriptors(unsigned left = 0) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int number; (number = ::fcntl(0, F_DUPFD_CLOEXEC, 0)) >= 0;)
      taken_.emplace_back(number);
    while (left--)
      taken_.pop_back();
  }
  ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  std::size_t taken() const { return taken_.size(); }

private:
  rlimit before_ = {};
  std::vector<fd> taken_;
};

// R-IO-19
TEST_P(io_test, a_reactor_that_cannot_be_made_leaves_no_descriptor) {
  for (unsigned left : {0u, 1u}) {
    no_descriptors none(left);
    EXPECT_THROW(GetParam() == reactor_kind::epoll ? make_epoll_reactor() : make_uring_reactor(), std::system_error);
    std::vector<fd> more;
    for (int number; (number = ::fcntl(0, F_DUPFD_CLOEXEC, 0)) >= 0;)
      more.emplace_back(number);
    EXPECT_EQ(more.size(), left);
  }
}

// R-IO-10
TEST_P(io_test, a_listener_without_descriptors_left_stays_usable) {
  run([]() -> task<> {
    tcp_listener listener = tcp_listener::bind(endpoint::loopback());
    const auto client = [](endpoint to) -> task<std::string> {
      tcp_stream s = co_await tcp_connect(to);
      co_return co_await read_all(s);
    };
    std::string what;
    // Before there is a connection, and with one waiting.
    tcp_stream first = co_await tcp_connect(listener.local());
    {
      no_descriptors none;
      EXPECT_GT(none.taken(), 0u);
      EXPECT_EQ(co_await error_of(listener.accept(), what), EMFILE);
      EXPECT_EQ(co_await error_of(listener.accept(), what), EMFILE);
      EXPECT_NE(what.find("accept"), std::string::npos) << what;
    }
    tcp_stream server = co_await listener.accept();
    co_await server.write_all("first");
    server.close();
    EXPECT_EQ(co_await read_all(first), "first");
    // The same for a coroutine that waits when the descriptors go.
    const auto acceptor = [](tcp_listener &l, std::string &what) -> task<int> {
      co_return co_await error_of(l.accept(), what);
    };
    task_handle<int> waits = spawn(acceptor(listener, what));
    co_await yield();
    {
      fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      no_descriptors none;
      const endpoint to = listener.local();
      EXPECT_EQ(::connect(socket.get(), to.data(), to.size()), 0);
      EXPECT_EQ(co_await waits, EMFILE);
    }
    static_cast<void>(co_await listener.accept());
    task_handle<std::string> second = spawn(client(listener.local()));
    tcp_stream again = co_await listener.accept();
    co_await again.write_all("second");
    again.close();
    EXPECT_EQ(co_await second, "second");
  }());
}

// R-IO-11
TEST_P(io_test, everything_arrives_in_pieces_of_any_size) {
  run([]() -> task<> {
    const auto send = [](async_fd &to, const std::string &text) -> task<std::size_t> {
      const std::size_t size = co_await to.write_all(text);
      ::shutdown(to.get(), SHUT_WR);
      co_return size;
    };
    const auto check = [&send](async_fd &from, async_fd &to, const std::string &text) -> task<> {
      task_handle<std::size_t> sends = spawn(send(to, text));
      co_await yield();
      EXPECT_FALSE(sends.ready()) << "it went in one piece";
      EXPECT_TRUE(co_await read_all(from, 1009) == text);
      EXPECT_EQ(co_await sends, text.size());
    };
    connection c = co_await connect();
    co_await check(c.client, c.server, pattern(12'000'000));
    auto [a, b] = unix_pair();
    const int small = 4096;
    ::setsockopt(b.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    co_await check(a, b, pattern(300'000));
  }());
}

// R-IO-11
TEST_P(io_test, the_empty_write_and_read_do_nothing) {
  run([]() -> task<> {
    auto [a, b] = unix_pair();
    EXPECT_EQ(co_await a.write_some(""), 0u);
    EXPECT_EQ(co_await a.write_all(""), 0u);
    co_await a.write_all("x");
    EXPECT_EQ(co_await b.read_some({}), 0u);
    a.close();
    EXPECT_EQ(co_await read_all(b), "x");
  }());
}

/// While it lives, the process gets a signal each 100 microseconds whose handler interrupts system calls.
class signal_storm {
public:
  signal_storm() {
    count_ = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) { count_ = count_ + 1; };
    ::sigaction(SIGALRM, &action, &before_);
    const itimerval often = {.it_interval = {.tv_sec = 0, .tv_usec = 100}, .it_value = {.tv_sec = 0, .tv_usec = 100}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~signal_storm() {
    const itimerval never = {};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  static int count() { return count_; }

private:
  struct sigaction before_ = {};
  static inline volatile std::sig_atomic_t count_ = 0;
};

// R-IO-12
TEST_P(io_test, a_storm_of_signals_changes_nothing) {
  const std::string text = pattern(1'000'000);
  run([](const std::string &text) -> task<> {
    signal_storm storm;
    const auto send = [](tcp_stream s, const std::string &text) -> task<> {
      co_await s.write_all(text);
      s.shutdown_write();
    };
    for (int round = 0; round < 3 || storm.count() < 100; ++round) {
      connection c = co_await connect();
      task_handle<> sends = spawn(send(std::move(c.client), text));
      EXPECT_TRUE(co_await read_all(c.server) == text);
      co_await sends;
      // Here the loop waits, and is interrupted.
      co_await sleep_for(1ms);
    }
  }(text));
}

// R-IO-13
TEST_P(io_test, a_stopped_await_has_taken_nothing) {
  run([]() -> task<> {
    connection c = co_await connect();
    tcp_listener listener = tcp_listener::bind(endpoint::loopback());
    const auto read = [](tcp_stream &s) -> task<std::string> {
      std::string buffer(100, '\0');
      buffer.resize(co_await s.read_some(buffer));
      co_return buffer;
    };
    const auto accept = [](tcp_listener &l) -> task<tcp_stream> { co_return co_await l.accept(); };
    task_handle<std::string> reads = spawn(read(c.server));
    task_handle<tcp_stream> accepts = spawn(accept(listener));
    co_await yield();
    reads.request_stop();
    accepts.request_stop();
    co_await c.client.write_all("later");
    tcp_stream client = co_await tcp_connect(listener.local());
    while (!reads.ready() || !accepts.ready())
      co_await yield();
    EXPECT_TRUE(reads.stopped());
    EXPECT_TRUE(accepts.stopped());
    EXPECT_EQ(co_await read(c.server), "later");
    tcp_stream server = co_await accept(listener);
    EXPECT_EQ(server.peer(), client.local());
    // One that is stopped before it begins takes nothing that is there either.
    co_await c.client.write_all("much later");
    reads = spawn(read(c.server));
    reads.request_stop();
    while (!reads.ready())
      co_await yield();
    EXPECT_TRUE(reads.stopped());
    EXPECT_EQ(co_await read(c.server), "much later");
  }());
}

// R-IO-13
TEST_P(io_test, a_peer_that_falls_silent_is_left_by_a_time_out_and_may_speak_again) {
  run([]() -> task<> {
    connection c = co_await connect();
    char buffer[16];
    bool late = false;
    try {
      co_await with_timeout(c.client.read_some(buffer), 5ms);
    } catch (const timeout_error &) {
      late = true;
    }
    EXPECT_TRUE(late);
    co_await c.server.write_all("after all");
    EXPECT_EQ(co_await with_timeout(c.client.read_some(buffer), 1min), 9u);
    // One who reads nothing is noticed in the same way.
    late = false;
    std::size_t written = 0;
    const std::string much(1'000'000, 'x');
    try {
      for (;;)
        written += co_await with_timeout(c.client.write_some(much), 5ms);
    } catch (const timeout_error &) {
      late = true;
    }
    EXPECT_TRUE(late);
    c.client.close();
    EXPECT_EQ((co_await read_all(c.server)).size(), written);
  }());
}

/// What is in \p s, without waiting.
std::string rest_of(async_fd &s) {
  std::string buffer(100'000, '\0');
  const ssize_t size = ::recv(s.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  buffer.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return buffer;
}

/// An echo conversation over a socket pair that outlives it, and how far each side knows to have come.
struct conversation {
  std::pair<unix_stream, unix_stream> ends = unix_pair();
  std::string sent, heard, echoed, got;

  task<> server() {
    char buffer[7];
    while (const std::size_t count = co_await ends.second.read_some(buffer)) {
      heard.append(buffer, count);
      while (echoed.size() < heard.size())
        echoed +=
            heard.substr(echoed.size(), co_await ends.second.write_some(std::string_view(heard).substr(echoed.size())));
    }
  }
  task<> client() {
    const std::string text = pattern(60);
    while (sent.size() < text.size()) {
      const std::string_view piece = std::string_view(text).substr(sent.size(), 13);
      sent.append(piece, 0, co_await ends.first.write_some(piece));
      while (got.size() < sent.size()) {
        char buffer[5];
        const std::size_t count = co_await ends.first.read_some(buffer);
        got.append(buffer, count);
      }
    }
    ends.first.shutdown_write();
  }
};

// R-IO-13
TEST_P(io_test, no_byte_of_an_echo_conversation_is_lost_by_a_stop_at_any_step) {
  std::optional<conversation> c;
  const unsigned runs = stopped_at_every_step(
      [&](test_loop &) {
        c.emplace();
        return [](conversation &c) -> task<> { co_await when_all(c.server(), c.client()); }(*c);
      },
      [&](const std::string &when) {
        EXPECT_EQ(c->heard + rest_of(c->ends.second), c->sent) << when;
        EXPECT_EQ(c->echoed, c->heard.substr(0, c->echoed.size())) << when;
        EXPECT_EQ(c->got + rest_of(c->ends.first), c->echoed) << when;
        if (when == "not stopped") {
          EXPECT_EQ(c->got, pattern(60));
        }
      });
  EXPECT_GT(runs, 5u);
}

// R-IO-13
TEST_P(io_test, no_descriptor_is_left_by_a_stop_at_any_step) {
  const auto program = [](test_loop &) -> task<> {
    tcp_listener listener = tcp_listener::bind(endpoint::loopback());
    const auto serve = [](tcp_listener &l) -> task<> {
      tcp_stream s = co_await l.accept();
      co_await s.write_all(co_await read_all(s));
    };
    const auto ask = [](endpoint to) -> task<> {
      tcp_stream s = co_await tcp_connect(to);
      co_await s.write_all("hello");
      s.shutdown_write();
      EXPECT_EQ(co_await read_all(s), "hello");
    };
    co_await when_all(serve(listener), ask(listener.local()));
  };
  const unsigned before = open_descriptors();
  const unsigned runs =
      stopped_at_every_step(program, [&](const std::string &when) { EXPECT_EQ(open_descriptors(), before) << when; });
  EXPECT_GT(runs, 3u);
}

// R-IO-2
TEST_P(io_test, a_second_reader_that_would_wait_is_an_error) {
  run([]() -> task<> {
    auto [a, b] = unix_pair();
    const auto read = [](unix_stream &s) -> task<> {
      char c;
      co_await s.read_some({&c, 1});
    };
    task_handle<> first = spawn(read(a));
    co_await yield();
    std::string what;
    EXPECT_EQ(co_await error_of(read(a), what), EBUSY);
    EXPECT_NE(what.find("read_some"), std::string::npos) << what;
    co_await b.write_all("x");
    co_await first;
  }());
}

// R-IO-14
TEST_P(io_test, closing_what_a_coroutine_waits_for_traps) {
  const auto closes = [] {
    run([]() -> task<> {
      auto ends = unix_pair();
      const auto read = [](unix_stream &s) -> task<> {
        char c;
        co_await s.read_some({&c, 1});
      };
      task_handle<> reads = spawn(read(ends.first));
      co_await yield();
      ends.first.close();
    }());
  };
  EXPECT_DEATH(closes(), "a descriptor was closed while a coroutine waits for it");
}

// R-IO-15
TEST_P(io_test, a_socket_outlives_its_loop_and_is_moved_while_a_coroutine_waits) {
  tcp_listener listener = tcp_listener::bind(endpoint::loopback());
  for (int round = 0; round < 2; ++round)
    run([](tcp_listener &listener) -> task<> {
      const auto accept = [](tcp_listener &l) -> task<tcp_stream> { co_return co_await l.accept(); };
      task_handle<tcp_stream> accepts = spawn(accept(listener));
      co_await yield();
      tcp_stream client = co_await tcp_connect(listener.local());
      tcp_stream server = co_await std::move(accepts);
      const auto read = [](tcp_stream &s) -> task<std::string> { co_return co_await read_all(s); };
      task_handle<std::string> reads = spawn(read(server));
      co_await yield();
      co_await client.write_all("moved");
      client.shutdown_write();
      EXPECT_EQ(co_await reads, "moved");
      const auto read_one = [](tcp_stream &s) -> task<> {
        char c;
        EXPECT_EQ(co_await s.read_some({&c, 1}), 1u);
        EXPECT_EQ(c, 'x');
      };
      task_handle<> waits = spawn(read_one(client));
      co_await yield();
      tcp_stream elsewhere = std::move(client);
      co_await server.write_all("x");
      co_await waits;
      EXPECT_FALSE(client);
      fd plain = elsewhere.release();
      EXPECT_TRUE(plain);
    }(listener));
}

// R-IO-15
TEST_P(io_test, using_one_socket_on_two_loops_traps) {
  const auto twice = [] {
    auto [a, b] = unix_pair();
    event_loop one, other;
    const auto read = [](unix_stream &s) -> task<> {
      char c;
      co_await s.read_some({&c, 1});
    };
    spawn(one, read(a)).detach();
    one.run_one();
    spawn(other, read(a)).detach();
    other.run_one();
  };
  EXPECT_DEATH(twice(), "a descriptor that belongs to one loop was waited for on another");
}

// R-IO-21
TEST_P(io_test, a_loop_reports_what_is_still_open_when_it_closes) {
  findings found;
  auto [kept, other] = unix_pair();
  std::string expected;
  {
    event_loop loop({.report_open = true});
    loop.run_until([](unix_stream &kept, unix_stream &other) -> task<> {
      const auto read = [](unix_stream &from) -> task<> {
        char c;
        EXPECT_EQ(co_await from.read_some({&c, 1}), 1u);
      };
      auto [closed, far] = unix_pair();
      task_handle<> first = spawn(read(kept)), second = spawn(read(closed));
      co_await yield();
      co_await far.write_all("x");
      co_await other.write_all("x");
      co_await first;
      co_await second;
    }(kept, other));
    EXPECT_EQ(findings::seen(), trace());
    loop.close();
  }
  ASSERT_EQ(findings::seen().size(), 1u);
  EXPECT_EQ(findings::seen()[0].find("async-unclosed-descriptor: " + std::to_string(kept.get()) + ", socket:["), 0u);
  {
    event_loop silent;
    silent.run_until([](unix_stream &s) -> task<> {
      char c;
      (void)co_await as_result(with_timeout(s.read_some({&c, 1}), 1ms));
    }(kept));
  }
  EXPECT_EQ(findings::seen().size(), 1u);
}

// R-IO-21
TEST_P(io_test, what_is_still_open_is_reported_in_order_wherever_it_was_moved) {
  findings found;
  auto [first, second] = unix_pair();
  unix_stream moved;
  {
    event_loop loop({.report_open = true});
    loop.run_until([](unix_stream &first, unix_stream &second, unix_stream &moved) -> task<> {
      for (unix_stream *s : {&first, &second}) {
        char c;
        (void)co_await as_result(with_timeout(s->read_some({&c, 1}), 1ms));
      }
      moved = std::move(first);
    }(first, second, moved));
  }
  ASSERT_EQ(findings::seen().size(), 2u);
  EXPECT_EQ(findings::seen()[0].find("async-unclosed-descriptor: " + std::to_string(moved.get()) + ", "), 0u);
  EXPECT_EQ(findings::seen()[1].find("async-unclosed-descriptor: " + std::to_string(second.get()) + ", "), 0u);
}

// R-IO-16
TEST_P(io_test, unix_sockets_and_their_files) {
  const std::string path = "/tmp/asyncrt-io-test-" + std::to_string(::getpid());
  run([](const std::string &path) -> task<> {
    for (const std::string &name : {path, std::string(1, '\0') + path}) {
      unix_listener listener = unix_listener::bind(name);
      EXPECT_EQ(listener.local().path(), name);
      EXPECT_THROW((void)unix_listener::bind(name), std::system_error);
      unix_stream client = co_await unix_connect(name);
      unix_stream server = co_await listener.accept();
      co_await client.write_all("hello");
      client.close();
      EXPECT_EQ(co_await read_all(server), "hello");
    }
    EXPECT_NE(::access(path.c_str(), F_OK), 0) << "the socket's file is still there";
    // A file that somebody else has put there stays.
    unix_listener listener = unix_listener::bind(path);
    EXPECT_EQ(::unlink(path.c_str()), 0);
    unix_listener other = unix_listener::bind(path);
    listener.close();
    EXPECT_EQ(::access(path.c_str(), F_OK), 0);
    // As many wait as the listener lets; then a client is told.
    unix_listener full = unix_listener::bind(std::string(1, '\0') + path, {.backlog = 0});
    std::vector<unix_stream> clients;
    std::string what;
    int error = 0;
    while (error == 0 && clients.size() < 10) {
      const auto dial = [](const endpoint &to) -> task<unix_stream> { co_return co_await unix_connect(to.path()); };
      result<unix_stream> r = co_await as_result(dial(full.local()));
      if (r)
        clients.push_back(std::move(r).value());
      else
        try {
          r.rethrow();
        } catch (const std::system_error &e) {
          error = e.code().value();
        }
    }
    EXPECT_EQ(error, EAGAIN);
  }(path));
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

// R-IO-17
TEST_P(io_test, datagrams_keep_their_bounds) {
  run([]() -> task<> {
    udp_socket a = udp_socket::bind(endpoint::loopback()), b = udp_socket::bind(endpoint::loopback());
    const auto receive = [](udp_socket &s) -> task<std::string> {
      std::string buffer(8, '\0');
      const datagram d = co_await s.receive_from(buffer);
      buffer.resize(d.size);
      co_return buffer + (d.truncated ? "..." : "") + " from " + std::to_string(d.from.port());
    };
    const std::string from_a = " from " + std::to_string(a.local().port());
    task_handle<std::string> first = spawn(receive(b));
    co_await yield();
    co_await a.send_to("one", b.local());
    co_await a.send_to("", b.local());
    co_await a.send_to("0123456789", b.local());
    EXPECT_EQ(co_await first, "one" + from_a);
    EXPECT_EQ(co_await receive(b), from_a);
    EXPECT_EQ(co_await receive(b), "01234567..." + from_a);
    std::string what;
    EXPECT_EQ(co_await error_of(a.send("nobody"), what), EDESTADDRREQ);
    EXPECT_EQ(co_await error_of(a.send_to(std::string(70'000, 'x'), b.local()), what), EMSGSIZE);
    EXPECT_NE(what.find("send_to"), std::string::npos) << what;
    a.connect(b.local());
    co_await a.send("connected");
    EXPECT_EQ(co_await receive(b), "connecte..." + from_a);
    b.close();
    co_await a.send("nobody listens");
    char c;
    EXPECT_EQ(co_await error_of(a.receive_from({&c, 1}), what), ECONNREFUSED);
  }());
}

// R-IO-18
TEST_P(io_test, what_is_no_socket_is_read_and_written_as_well) {
  run([]() -> task<> {
    std::string what;
    async_fd full{fd(::open("/dev/full", O_WRONLY | O_CLOEXEC))};
    EXPECT_EQ(co_await error_of(full.write_all("x"), what), ENOSPC);
    async_fd null{fd(::open("/dev/null", O_RDWR | O_CLOEXEC))};
    EXPECT_EQ(co_await null.write_all("x"), 1u);
    EXPECT_EQ(co_await read_all(null), "");
    async_fd itself{fd(::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC))};
    EXPECT_NE((co_await read_all(itself)).find("asyncrt-tests"), std::string::npos);
    EXPECT_THROW((void)async_fd(fd()), std::system_error);
  }());
}

/// A stream of known bytes that come in pieces of known sizes, with or without a hop.
struct scripted {
  std::string text;
  std::size_t piece = 1;
  bool hops = false;
  std::size_t given = 0;

  task<std::size_t> read_some(std::span<char> into) {
    if (hops)
      co_await yield();
    const std::size_t count = std::min({piece, into.size(), text.size() - given});
    std::copy_n(text.data() + given, count, into.data());
    given += count;
    co_return count;
  }
};

// R-READER-1
TEST_P(io_test, a_reader_gives_the_same_in_whatever_pieces_the_bytes_come) {
  const std::string text = "first\r\n\nthird\rx\n5exact--a-b--rest--tail";
  for (std::size_t piece = 1; piece <= text.size(); ++piece)
    for (const std::size_t chunk : {1u, 3u, 64u})
      for (const bool hops : {false, true}) {
        scripted stream{.text = text, .piece = piece, .hops = hops};
        run([](scripted &stream, std::size_t chunk) -> task<> {
          buffered_reader reader(stream, {.chunk = chunk});
          EXPECT_EQ(co_await reader.read_line(), "first");
          EXPECT_EQ(co_await reader.read_line(), "");
          EXPECT_EQ(co_await reader.read_line(), "third\rx");
          char digit;
          EXPECT_EQ(co_await reader.read_some({&digit, 1}), 1u);
          EXPECT_EQ(digit, '5');
          EXPECT_EQ(co_await reader.read_some({}), 0u);
          EXPECT_EQ(co_await reader.read_exactly(5), "exact");
          EXPECT_EQ(co_await reader.read_exactly(0), "");
          EXPECT_EQ(co_await reader.read_until("--"), "--");
          EXPECT_EQ(co_await reader.read_until("--"), "a-b--");
          EXPECT_EQ(co_await reader.read_until("--"), "rest--");
          EXPECT_EQ(co_await reader.read_until("--"), "tail");
          EXPECT_EQ(co_await reader.read_until("--"), std::nullopt);
          EXPECT_EQ(co_await reader.read_line(), std::nullopt);
          EXPECT_EQ(co_await reader.read_exactly(3), "");
          EXPECT_EQ(co_await reader.read_some({&digit, 1}), 0u);
        }(stream, chunk));
      }
}

// R-READER-1
TEST_P(io_test, a_reader_on_a_socket_reads_large_pieces_straight_through) {
  run([]() -> task<> {
    auto [a, b] = unix_pair();
    const std::string text = pattern(200'000);
    const auto send = [](unix_stream &to, const std::string &text) -> task<> {
      co_await to.write_all("header\n" + text + "\nlast");
      to.close();
    };
    task_handle<> sends = spawn(send(a, text));
    buffered_reader reader(b);
    EXPECT_EQ(co_await reader.read_line(), "header");
    std::string got(20'000, '\0');
    std::size_t size = co_await reader.read_some(got);
    EXPECT_GT(size, 0u);
    got.resize(size);
    got += co_await reader.read_exactly(text.size() - size);
    EXPECT_TRUE(got == text);
    EXPECT_EQ(co_await reader.read_line(), "");
    EXPECT_EQ(co_await reader.read_line(), "last");
    co_await sends;
    std::string what;
    EXPECT_EQ(co_await error_of(reader.read_until(""), what), EINVAL);
  }());
}

// R-READER-2
TEST_P(io_test, a_line_that_is_too_long_is_an_error_and_not_lost) {
  for (std::size_t piece = 1; piece < 12; ++piece) {
    scripted stream{.text = "12345\n123456\n12345\r\n1234\r\n123456", .piece = piece};
    run([](scripted &stream) -> task<> {
      buffered_reader reader(stream, {.chunk = 4, .limit = 5});
      std::string what;
      EXPECT_EQ(co_await reader.read_line(), "12345");
      EXPECT_EQ(co_await error_of(reader.read_line(), what), EMSGSIZE);
      EXPECT_NE(what.find("read_until"), std::string::npos) << what;
      EXPECT_EQ(co_await error_of(reader.read_until("\n"), what), EMSGSIZE);
      EXPECT_EQ(co_await reader.read_exactly(7), "123456\n");
      // The limit holds for what comes before "\n".
      EXPECT_EQ(co_await error_of(reader.read_line(), what), EMSGSIZE);
      EXPECT_EQ(co_await reader.read_until("\r\n"), "12345\r\n");
      EXPECT_EQ(co_await reader.read_line(), "1234");
      EXPECT_EQ(co_await error_of(reader.read_line(), what), EMSGSIZE);
      EXPECT_EQ(co_await reader.read_exactly(100), "123456");
    }(stream));
  }
  // A peer that never ends its line costs no more memory than the limit.
  scripted endless{.text = std::string(1'000'000, 'x'), .piece = 1'000'000};
  run([](scripted &stream) -> task<> {
    buffered_reader reader(stream, {.chunk = 1000, .limit = 5000});
    std::string what;
    EXPECT_EQ(co_await error_of(reader.read_line(), what), EMSGSIZE);
    EXPECT_LE(stream.given, 6001u);
  }(endless));
}

// R-READER-3
TEST_P(io_test, no_byte_is_lost_by_a_reader_that_is_stopped_at_any_step) {
  struct state {
    scripted stream{.text = "line one\nexactly8field;field;rest", .piece = 3, .hops = true};
    buffered_reader<scripted> reader{stream, {.chunk = 4}};
    std::string got;
  };
  std::optional<state> s;
  const unsigned runs = stopped_at_every_step(
      [&](test_loop &) {
        s.emplace();
        return [](state &s) -> task<> {
          s.got += *co_await s.reader.read_line() + "\n";
          s.got += co_await s.reader.read_exactly(8);
          for (int i = 0; i < 3; ++i)
            s.got += *co_await s.reader.read_until(";");
        }(*s);
      },
      [&](const std::string &when) {
        const std::string left(s->reader.buffered());
        EXPECT_EQ(s->got + left + s->stream.text.substr(s->stream.given), s->stream.text) << when;
      });
  EXPECT_GT(runs, 10u);
}

/// A socket pair with little room in it.
std::pair<unix_stream, unix_stream> narrow_pair() {
  auto ends = unix_pair();
  const int small = 4096;
  ::setsockopt(ends.first.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  return ends;
}

// R-WRITER-1
TEST_P(io_test, a_writer_sends_when_drained_and_then_in_the_background) {
  run([]() -> task<> {
    auto [a, b] = narrow_pair();
    buffered_writer writer(a, {.high_water = 1'000'000, .low_water = 1000});
    const std::string text = pattern(500'000);
    writer.write("x");
    EXPECT_EQ(rest_of(b), "") << "write() sent something";
    writer.write(std::string_view(text).substr(1));
    bool hopped = false;
    event_loop::current()->post([&] { hopped = true; });
    co_await writer.drain();
    EXPECT_FALSE(hopped);
    EXPECT_GT(writer.buffered(), 100'000u);
    // Nobody drains any more, and still everything comes.
    buffered_reader reader(b);
    const std::string got = co_await reader.read_exactly(text.size());
    EXPECT_TRUE(got == "x" + text.substr(1));
    EXPECT_EQ(writer.buffered(), 0u);
  }());
}

// R-WRITER-2
TEST_P(io_test, a_writer_holds_its_producer_back) {
  run([]() -> task<> {
    auto [a, b] = narrow_pair();
    const std::string piece = pattern(10'000);
    struct producer {
      std::size_t most = 0;
      bool closed = false;
      task<> run(async_fd &to, const std::string &piece) {
        buffered_writer writer(to, {.high_water = 20'000, .low_water = 5000});
        for (int i = 0; i < 100; ++i) {
          writer.write(piece);
          most = std::max(most, writer.buffered());
          const bool must_wait = writer.buffered() > 20'000 + 10'000;
          EXPECT_FALSE(must_wait);
          co_await writer.drain();
          EXPECT_LE(writer.buffered(), 20'000u);
        }
        co_await writer.flush();
        EXPECT_EQ(writer.buffered(), 0u);
        writer.write("the end");
        co_await writer.close();
        EXPECT_FALSE(to);
        closed = true;
      }
    } p;
    task_handle<> produces = spawn(p.run(a, piece));
    for (int i = 0; i < 5; ++i)
      co_await yield();
    EXPECT_FALSE(p.closed);
    std::string expected;
    for (int i = 0; i < 100; ++i)
      expected += piece;
    EXPECT_TRUE(co_await read_all(b, 3001) == expected + "the end");
    co_await produces;
    EXPECT_TRUE(p.closed);
    EXPECT_GT(p.most, 20'000u);
    EXPECT_LE(p.most, 30'000u);
  }());
}

// R-WRITER-3
TEST_P(io_test, a_writer_tells_of_errors_that_came_in_the_background) {
  run([]() -> task<> {
    auto [a, b] = narrow_pair();
    std::string what;
    buffered_writer writer(a);
    writer.write(pattern(60'000));
    co_await writer.drain();
    EXPECT_GT(writer.buffered(), 0u);
    b.close();
    while (writer.buffered() != 0)
      co_await yield();
    EXPECT_EQ(co_await error_of(writer.drain(), what), EPIPE);
    EXPECT_NE(what.find("buffered_writer"), std::string::npos) << what;
    EXPECT_EQ(co_await error_of(writer.flush(), what), EPIPE);
    EXPECT_EQ(co_await error_of(writer.close(), what), EPIPE);
    EXPECT_FALSE(a);
    async_fd full{fd(::open("/dev/full", O_WRONLY | O_CLOEXEC))};
    buffered_writer to_full(full);
    to_full.write("x");
    EXPECT_EQ(co_await error_of(to_full.close(), what), ENOSPC);
    EXPECT_FALSE(full);
  }());
}

// R-WRITER-4
TEST_P(io_test, no_byte_is_lost_by_a_writer_that_is_stopped_at_any_step) {
  struct state {
    std::pair<unix_stream, unix_stream> ends = narrow_pair();
    buffered_writer writer{ends.first, {.high_water = 2000, .low_water = 1000}};
    std::string written, got;
  };
  std::optional<state> s;
  const std::string text = pattern(40'000);
  const unsigned runs = stopped_at_every_step(
      [&](test_loop &) {
        s.emplace();
        const auto write = [](state &s, const std::string &text) -> task<> {
          while (s.written.size() < text.size()) {
            const std::string_view piece = std::string_view(text).substr(s.written.size(), 3000);
            s.writer.write(piece);
            s.written += piece;
            co_await s.writer.drain();
          }
          co_await s.writer.flush();
        };
        const auto read = [](state &s, const std::string &text) -> task<> {
          char buffer[700];
          while (s.got.size() < text.size())
            s.got.append(buffer, co_await s.ends.second.read_some(buffer));
        };
        return [](task<> w, task<> r) -> task<> { co_await when_all(std::move(w), std::move(r)); }(write(*s, text),
                                                                                                   read(*s, text));
      },
      [&](const std::string &when) {
        // What the writer still has, the next one sends.
        std::string got = s->got;
        run([](state &s, std::string &got) -> task<> {
          const auto finish = [](state &s) -> task<> {
            co_await s.writer.flush();
            s.ends.first.shutdown_write();
          };
          task_handle<> finishes = spawn(finish(s));
          got += co_await read_all(s.ends.second);
          co_await finishes;
        }(*s, got));
        EXPECT_TRUE(got == s->written) << when;
      });
  EXPECT_GT(runs, 10u);
}

// R-IO-18
TEST_P(io_test, a_pipe_carries_bytes_one_way) {
  run([]() -> task<> {
    pipe_ends p = make_pipe();
    const auto send = [](async_fd to, std::string text) -> task<> { co_await to.write_all(text); };
    const std::string text = pattern(300'000);
    task_handle<> sends = spawn(send(std::move(p.writer), text));
    EXPECT_TRUE(co_await read_all(p.reader) == text);
    co_await sends;
    EXPECT_FALSE(p.writer);
  }());
}

// R-SIGNAL-1
TEST_P(io_test, signals_are_waited_for_and_come_to_no_handler) {
  static volatile std::sig_atomic_t handled;
  handled = 0;
  struct sigaction action = {}, before;
  action.sa_handler = [](int) { handled = handled + 1; };
  ::sigaction(SIGUSR1, &action, &before);
  run([]() -> task<> {
    signal_set signals({SIGUSR1, SIGUSR2});
    const auto wait = [](signal_set &s) -> task<signal_info> { co_return co_await s.wait(); };
    task_handle<signal_info> waits = spawn(wait(signals));
    co_await yield();
    ::kill(::getpid(), SIGUSR1);
    const signal_info came = co_await waits;
    EXPECT_EQ(came.number, SIGUSR1);
    EXPECT_EQ(came.process, ::getpid());
    EXPECT_EQ(came.user, ::getuid());
    ::raise(SIGUSR2);
    EXPECT_EQ((co_await signals.wait()).number, SIGUSR2);
    EXPECT_EQ(signals.try_take().number, 0);
    // A wait that is stopped takes none.
    waits = spawn(wait(signals));
    co_await yield();
    waits.request_stop();
    ::raise(SIGUSR1);
    while (!waits.ready())
      co_await yield();
    EXPECT_TRUE(waits.stopped());
    EXPECT_EQ(signals.try_take().number, SIGUSR1);
    ::raise(SIGUSR1);
  }());
  EXPECT_EQ(handled, 0);
  ::raise(SIGUSR1);
  EXPECT_EQ(handled, 1) << "signals are handled again after the set is gone";
  ::sigaction(SIGUSR1, &before, nullptr);
  EXPECT_THROW(signal_set({SIGKILL}), std::system_error);
  EXPECT_THROW(signal_set({1000}), std::system_error);
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  EXPECT_FALSE(::sigismember(&mask, SIGUSR1) || ::sigismember(&mask, SIGUSR2));
}

// R-SIGNAL-2
TEST_P(io_test, a_signal_stops_the_main_task_of_run) {
  trace t;
  const auto main = [](trace &t, bool stubborn) -> task<int> {
    EXPECT_EQ(std::string_view(this_task::name()), std::source_location::current().function_name());
    try {
      ::kill(::getpid(), SIGINT);
      co_await sleep_for(1h);
    } catch (const operation_stopped &) {
      t.push_back("stopped");
      sigset_t mask;
      ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
      EXPECT_FALSE(::sigismember(&mask, SIGINT)) << "a second signal could not end the program";
      if (!stubborn)
        throw;
    }
    co_return 5;
  };
  EXPECT_THROW(asyncrt::run(main(t, false), {.stop_on = {SIGINT, SIGTERM}}), operation_stopped);
  EXPECT_EQ(sync_wait(main(t, false), {.stop_on = {SIGINT}}), std::nullopt);
  EXPECT_EQ(sync_wait(main(t, true), {.stop_on = {SIGINT}}), 5);
  EXPECT_EQ(t, (trace{"stopped", "stopped", "stopped"}));
  // Without a signal nothing changes; one that came before the task began stops it as well.
  EXPECT_EQ(asyncrt::run([]() -> task<int> { co_return 6; }(), {.stop_on = {SIGINT}}), 6);
  run([]() -> task<> {
    signal_set signals({SIGTERM});
    ::raise(SIGTERM);
    const auto sleeps = []() -> task<> { co_await sleep_for(1h); };
    const auto stoppable = [](task<> t, signal_set &s) -> task<> { co_await stop_on_signals(std::move(t), s); };
    EXPECT_TRUE((co_await as_result(stoppable(sleeps(), signals))).stopped());
    // And a stop from outside is passed on.
    signal_set others({SIGUSR1});
    task_handle<> h = spawn(stoppable(sleeps(), others));
    co_await yield();
    h.request_stop();
    while (!h.ready())
      co_await yield();
    EXPECT_TRUE(h.stopped());
  }());
}

// R-SIGNAL-2
TEST_P(io_test, a_second_signal_ends_a_program_that_does_not_stop) {
  const auto program = [] {
    ::signal(SIGINT, SIG_DFL);
    const auto deaf = []() -> task<> {
      ::raise(SIGINT);
      const auto sleeps = []() -> task<> {
        co_await sleep_for(1ms);
        for (;;) {
          ::raise(SIGINT);
          co_await sleep_for(1h);
        }
      };
      co_await unstoppable(sleeps());
    };
    asyncrt::run(deaf(), {.stop_on = {SIGINT}});
  };
  EXPECT_EXIT(program(), ::testing::KilledBySignal(SIGINT), "");
}

// R-PROCESS-1
TEST_P(io_test, a_process_that_cannot_be_started_is_an_error_with_its_name) {
  const auto error = [](std::vector<std::string> command, process_options options = {}) {
    try {
      process p = process::spawn(std::move(command), std::move(options));
    } catch (const std::system_error &e) {
      return std::to_string(e.code().value()) + " " + e.what();
    }
    return std::string("none");
  };
  EXPECT_TRUE(error({"/no/such/program"}).starts_with(std::to_string(ENOENT) + " spawn /no/such/program"));
  EXPECT_TRUE(error({"/dev/null"}).starts_with(std::to_string(EACCES) + " "));
  EXPECT_TRUE(error({}).starts_with(std::to_string(EINVAL) + " "));
  EXPECT_TRUE(error({"true"}, {.directory = "/no/such/place"}).starts_with(std::to_string(ENOENT) + " "));
  no_descriptors none;
  EXPECT_TRUE(error({"true"}, {.in = stdio::pipe}).starts_with(std::to_string(EMFILE) + " "));
  EXPECT_TRUE(error({"true"}).starts_with(std::to_string(EMFILE) + " "));
}

// R-PROCESS-1
TEST_P(io_test, a_process_starts_with_clean_signals_its_own_environment_and_directory) {
  run([]() -> task<> {
    signal_set held({SIGTERM, SIGUSR1});
    ::signal(SIGPIPE, SIG_IGN);
    process p = process::spawn({"sh", "-c", "pwd; echo $NAME; grep -E '^Sig(Blk|Ign)' /proc/self/status"},
                               {.in = stdio::null,
                                .out = stdio::pipe,
                                .environment = {{"NAME=value", "PATH=/bin:/usr/bin"}},
                                .directory = "/"});
    ::signal(SIGPIPE, SIG_DFL);
    const process_output o = co_await p.communicate();
    EXPECT_TRUE(o.status.success()) << o.status.to_string();
    EXPECT_TRUE(o.out.starts_with("/\nvalue\nSigBlk:\t0000000000000000\nSigIgn:\t")) << o.out;
    const unsigned long long ignored = std::stoull(o.out.substr(o.out.rfind('\t')), nullptr, 16);
    EXPECT_EQ(ignored & 1ull << (SIGPIPE - 1), 0u) << o.out;
  }());
}

// R-PROCESS-2
TEST_P(io_test, a_conversation_with_a_process_never_waits_for_a_full_pipe) {
  run([]() -> task<> {
    const std::string text = pattern(500'000);
    process cat =
        process::spawn({"sh", "-c", "tee /dev/stderr"}, {.in = stdio::pipe, .out = stdio::pipe, .err = stdio::pipe});
    const process_output both = co_await cat.communicate(text);
    EXPECT_TRUE(both.out == text);
    EXPECT_TRUE(both.err == text);
    EXPECT_TRUE(both.status.success());
    // One that does not read, one whose errors go where its output goes, and one that says too much.
    process rude = process::spawn({"sh", "-c", "exec <&-; echo out; echo err >&2; exit 3"},
                                  {.in = stdio::pipe, .out = stdio::pipe, .err = stdio::output});
    const process_output o = co_await rude.communicate(text);
    EXPECT_EQ(o.out, "out\nerr\n");
    EXPECT_EQ(o.err, "");
    EXPECT_EQ(o.status, exit_status::exited_with(3));
    process loud = process::spawn({"cat", "/dev/zero"}, {.out = stdio::pipe});
    std::string what;
    EXPECT_EQ(co_await error_of(loud.communicate("", 100'000), what), EMSGSIZE);
    // Word by word.
    process echo = process::spawn({"cat"}, {.in = stdio::pipe, .out = stdio::pipe});
    buffered_reader lines(echo.out());
    for (const std::string word : {"one", "two", "three"}) {
      co_await echo.in().write_all(word + "\n");
      EXPECT_EQ(co_await lines.read_line(), word);
    }
    echo.in().close();
    EXPECT_EQ(co_await lines.read_line(), std::nullopt);
    EXPECT_TRUE((co_await echo.wait()).success());
  }());
}

// R-PROCESS-3
TEST_P(io_test, how_a_process_ended) {
  run([]() -> task<> {
    process coded = process::spawn({"sh", "-c", "exit 42"});
    const exit_status code = co_await coded.wait();
    EXPECT_EQ(code.code(), 42);
    EXPECT_EQ(code.signal(), std::nullopt);
    EXPECT_FALSE(code.success());
    EXPECT_EQ(code.to_string(), "exit code 42");
    EXPECT_EQ(co_await coded.wait(), code);
    EXPECT_EQ(coded.status(), code);
    coded.kill();

    process sleeps = process::spawn({"sleep", "1000"});
    EXPECT_EQ(sleeps.status(), std::nullopt);
    const auto waits = [](process &p) -> task<exit_status> { co_return co_await p.wait(); };
    task_handle<exit_status> first = spawn(waits(sleeps));
    co_await yield();
    EXPECT_FALSE(first.ready());
    sleeps.terminate();
    const exit_status signal = co_await first;
    EXPECT_EQ(signal.signal(), SIGTERM);
    EXPECT_EQ(signal.code(), std::nullopt);
    EXPECT_FALSE(signal.success());
    EXPECT_EQ(signal.to_string(), "killed by signal 15 (Terminated)");
  }());
}

// R-PROCESS-4
TEST_P(io_test, a_process_outlives_a_stop_and_not_its_object) {
  run([]() -> task<> {
    int id = 0;
    {
      process p = process::spawn({"sleep", "1000"});
      id = p.id();
      const auto waits = [](process &p) -> task<> { co_await p.wait(); };
      task_handle<> w = spawn(waits(p));
      co_await yield();
      w.request_stop();
      while (!w.ready())
        co_await yield();
      EXPECT_TRUE(w.stopped());
      EXPECT_EQ(p.status(), std::nullopt);
      process moved = std::move(p);
      EXPECT_EQ(::kill(id, 0), 0);
    }
    EXPECT_EQ(::kill(id, 0), -1);
    EXPECT_EQ(errno, ESRCH) << "a zombie, or still running";
    {
      process p = process::spawn({"sleep", "1000"});
      id = p.id();
      p.detach();
    }
    EXPECT_EQ(::kill(id, SIGKILL), 0);
    EXPECT_EQ(::waitpid(id, nullptr, 0), id);
  }());
}

// R-PROCESS-4
TEST_P(io_test, no_process_and_no_descriptor_is_left_by_a_stop_at_any_step) {
  const unsigned before = open_descriptors();
  int id = -1;
  // More than the pipes and cat hold, so that it has to be waited for, however fast cat is.
  const std::string text(500'000, 'x');
  const unsigned runs = stopped_at_every_step(
      [&](test_loop &) -> task<> {
        process p = process::spawn({"cat"}, {.in = stdio::pipe, .out = stdio::pipe});
        id = p.id();
        const process_output o = co_await p.communicate(text);
        EXPECT_TRUE(o.out == text);
      },
      [&](const std::string &when) {
        EXPECT_EQ(open_descriptors(), before) << when;
        EXPECT_EQ(::waitpid(id, nullptr, WNOHANG), -1) << when;
        EXPECT_EQ(errno, ECHILD) << when;
      });
  EXPECT_GT(runs, 2u);
}

/// A directory for the files of one test.
class scratch {
public:
  scratch() { EXPECT_NE(::mkdtemp(path_.data()), nullptr); }
  ~scratch() { std::filesystem::remove_all(path_); }
  std::string operator/(const char *name) const { return path_ + "/" + name; }

private:
  std::string path_ = "/tmp/asyncrt-io-test-XXXXXX";
};

/// Keeps jobs until it is told to do them.
class held_executor : public blocking_executor {
public:
  held_executor() { before_ = set_blocking_executor(this); }
  ~held_executor() { set_blocking_executor(before_); }
  void execute(blocking_job &job) override {
    if (refuses)
      throw std::runtime_error("no thread");
    jobs.push_back(&job);
  }
  /// Does them on another thread.
  void let_go() {
    std::thread([this] {
      for (blocking_job *job : std::exchange(jobs, {}))
        job->run();
    }).join();
  }
  std::vector<blocking_job *> jobs;
  bool refuses = false;

private:
  blocking_executor *before_;
};

// R-FILE-4
TEST_P(io_test, files_use_the_shared_pool) {
  thread_pool::shared().shutdown();
  EXPECT_THROW(run(read_file("/dev/null")), pool_closed);
  held_executor executor;
  executor.refuses = true;
  EXPECT_THROW(run(read_file("/dev/null")), std::runtime_error);
  thread_pool::end_shared();
  set_blocking_executor(nullptr);
  EXPECT_EQ(run(read_file("/dev/null")), "");
}

// R-FILE-1
TEST_P(io_test, files_are_written_and_read) {
  scratch directory;
  run([](const scratch &directory) -> task<> {
    const std::string text = pattern(100'000);
    co_await write_file(directory / "a", text);
    EXPECT_TRUE(co_await read_file(directory / "a") == text);
    file f = co_await file::open(directory / "a", open_mode::update);
    EXPECT_EQ(f.path(), directory / "a");
    EXPECT_EQ(co_await f.size(), text.size());
    char buffer[10];
    EXPECT_EQ(co_await f.read_some(buffer), 10u);
    EXPECT_EQ(std::string_view(buffer, 10), text.substr(0, 10));
    EXPECT_EQ(co_await f.read_at(buffer, 99'995), 5u);
    EXPECT_EQ(std::string_view(buffer, 5), text.substr(99'995));
    co_await f.write_at("<at>", 99'998);
    co_await f.write_all("<here>");
    co_await f.sync();
    f.seek(16);
    EXPECT_EQ(co_await f.read_some(buffer), 10u);
    EXPECT_EQ(std::string_view(buffer, 10), text.substr(16, 10));
    co_await f.close();
    EXPECT_FALSE(f);
    co_await f.close();
    std::string expected = text.substr(0, 10) + "<here>" + text.substr(16, 99'982) + "<at>";
    EXPECT_TRUE(co_await read_file(directory / "a") == expected);
    f = co_await file::open(directory / "a", open_mode::append);
    co_await f.write_all("the end\n");
    f = co_await file::open(directory / "a");
    f.seek(99'998);
    buffered_reader lines(f);
    EXPECT_EQ(co_await lines.read_line(), "<at>the end");
    EXPECT_EQ(co_await lines.read_line(), std::nullopt);
    // A file without a size, and one without content.
    EXPECT_NE((co_await read_file("/proc/self/status")).find("asyncrt-tests"), std::string::npos);
    co_await write_file(directory / "a", "");
    EXPECT_EQ(co_await read_file(directory / "a"), "");
  }(directory));
}

// R-FILE-1
TEST_P(io_test, the_loop_goes_on_while_a_file_blocks) {
  scratch directory;
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  run([](const scratch &directory) -> task<> {
    // Opening one end of a FIFO blocks until somebody opens the other.
    const auto reads = [](std::string path) -> task<std::string> { co_return co_await read_file(path); };
    task_handle<std::string> r = spawn(reads(directory / "fifo"));
    for (int i = 0; i < 100; ++i)
      co_await yield();
    EXPECT_FALSE(r.ready());
    co_await write_file(directory / "fifo", "through");
    EXPECT_EQ(co_await r, "through");
  }(directory));
}

// R-FILE-2
TEST_P(io_test, errors_of_files_name_operation_and_path) {
  scratch directory;
  run([](const scratch &directory) -> task<> {
    std::string what;
    EXPECT_EQ(co_await error_of(read_file(directory / "none"), what), ENOENT);
    EXPECT_TRUE(what.starts_with("open " + directory / "none")) << what;
    co_await write_file(directory / "b", "b");
    EXPECT_EQ(co_await error_of(file::open(directory / "b", open_mode::create), what), EEXIST);
    EXPECT_EQ(co_await error_of(write_file("/dev/full", "x"), what), ENOSPC);
    EXPECT_TRUE(what.starts_with("write /dev/full")) << what;
    file b = co_await file::open(directory / "b");
    EXPECT_EQ(co_await error_of(b.write_all("x"), what), EBADF);
    EXPECT_EQ(co_await error_of(b.write_at("x", 0), what), EBADF);
    EXPECT_EQ(co_await error_of(file().size(), what), EBADF);
    EXPECT_THROW(b.seek(std::uint64_t(-1)), std::system_error);
    file null = co_await file::open("/proc/self/mem");
    char c;
    EXPECT_EQ(co_await error_of(null.read_some({&c, 1}), what), EIO);
    EXPECT_TRUE(what.starts_with("read /proc/self/mem")) << what;
  }(directory));
}

// R-FILE-3
TEST_P(io_test, a_stop_does_not_cut_an_operation_on_a_file_short) {
  scratch directory;
  run([](const scratch &directory) -> task<> {
    held_executor executor;
    const auto opens = [](std::string path) -> task<file> { co_return co_await file::open(path, open_mode::create); };
    task_handle<file> f = spawn(opens(directory / "c"));
    co_await yield();
    EXPECT_EQ(executor.jobs.size(), 1u);
    f.request_stop();
    co_await yield();
    EXPECT_FALSE(f.ready());
    executor.let_go();
    EXPECT_TRUE(co_await f);
    f = spawn(opens(directory / "d"));
    f.request_stop();
    while (!f.ready())
      co_await yield();
    EXPECT_TRUE(f.stopped());
    EXPECT_TRUE(executor.jobs.empty());
    executor.refuses = true;
    EXPECT_TRUE((co_await as_result(opens(directory / "d"))).has_error());
    EXPECT_TRUE((co_await as_result(resolve("localhost", 1))).has_error());
  }(directory));
}

// R-FILE-3
TEST_P(io_test, no_descriptor_is_left_by_a_stop_at_any_step_of_a_file) {
  scratch directory;
  const unsigned before = open_descriptors();
  const unsigned runs = stopped_at_every_step(
      [&](test_loop &) {
        return [](std::string path) -> task<> {
          co_await write_file(path, "hello");
          EXPECT_EQ(co_await read_file(path), "hello");
        }(directory / "e");
      },
      [&](const std::string &when) { EXPECT_EQ(open_descriptors(), before) << when; });
  EXPECT_GT(runs, 6u);
}

// R-RESOLVE-1
TEST_P(io_test, names_are_resolved_and_connected_to) {
  run([]() -> task<> {
    EXPECT_EQ(co_await resolve("127.0.0.1", 80), (std::vector{endpoint::loopback(80)}));
    EXPECT_EQ(co_await resolve("::1", 81), (std::vector{endpoint::ip("::1", 81)}));
    std::string what;
    try {
      co_await resolve(std::string(2000, 'x'), 1);
      ADD_FAILURE() << "such a name exists";
    } catch (const std::system_error &e) {
      EXPECT_EQ(&e.code().category(), &resolve_category());
      EXPECT_NE(std::string(e.what()).find("resolve xxx"), std::string::npos) << e.what();
      EXPECT_STREQ(e.code().category().name(), "resolve");
    }
    tcp_listener listener = tcp_listener::bind(endpoint::loopback());
    tcp_stream client = co_await tcp_connect("localhost", listener.local().port());
    tcp_stream server = co_await listener.accept();
    EXPECT_EQ(client.local(), server.peer());
    const std::uint16_t port = listener.local().port();
    listener.close();
    EXPECT_EQ(co_await error_of(tcp_connect("localhost", port), what), ECONNREFUSED);
  }());
}

// R-RESOLVE-2
TEST_P(io_test, a_stopped_look_up_ends_at_once_and_may_outlive_its_loop) {
  held_executor executor;
  run([](held_executor &executor) -> task<> {
    const auto look = []() -> task<std::size_t> { co_return (co_await resolve("127.0.0.1", 1)).size(); };
    task_handle<std::size_t> left = spawn(look()), late = spawn(look());
    co_await yield();
    left.request_stop();
    co_await yield();
    EXPECT_TRUE(left.ready());
    EXPECT_TRUE(left.stopped());
    // What was found before the stop is given.
    std::vector<blocking_job *> jobs = std::exchange(executor.jobs, {});
    EXPECT_EQ(jobs.size(), 2u);
    if (jobs.size() == 2u) {
      executor.jobs = {jobs[1]};
      executor.let_go();
      late.request_stop();
      EXPECT_EQ(co_await late, 1u);
      executor.jobs = {jobs[0]};
    }
  }(executor));
  EXPECT_EQ(executor.jobs.size(), 1u);
  executor.let_go();
}

} // namespace
} // namespace asyncrt::test
