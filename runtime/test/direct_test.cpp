// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Direct descriptors: connections in io_uring's own tables.
#include "harness.hpp"

#include <algorithm>
#include <dirent.h>
#include <sys/socket.h>
#include <unistd.h>

namespace asyncrt::test {
namespace {

/// On loops with each reactor. Skipped where the kernel refuses direct descriptors.
class direct_test : public on_each_reactor {
public:
  using on_each_reactor::kinds;
  using on_each_reactor::name;

protected:
  void SetUp() override {
    on_each_reactor::SetUp();
    if (IsSkipped())
      return;
    try {
      direct_rings probe({.connections = 1});
    } catch (const std::system_error &e) {
      GTEST_SKIP() << "direct descriptors: " << e.what();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(direct, direct_test, direct_test::kinds(), direct_test::name);
using direct_death_test = direct_test;
INSTANTIATE_TEST_SUITE_P(direct, direct_death_test, direct_test::kinds(), direct_test::name);

constexpr direct_options few = {.connections = 4, .per_ring = 0, .buffers = 8, .buffer_size = 256};

/// A client that blocks.
fd client_of(const direct_listener &listener) {
  fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const endpoint to = listener.local();
  EXPECT_EQ(::connect(socket.get(), to.data(), to.size()), 0);
  return socket;
}

void say(const fd &client, std::string_view text) {
  EXPECT_EQ(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

std::string heard(const fd &client, std::size_t size) {
  std::string text(size, '?');
  const ssize_t got = ::recv(client.get(), text.data(), size, MSG_WAITALL);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

/// A listener with one connection.
struct served {
  explicit served(const direct_options &options = few)
      : rings(options), listener(direct_listener::bind(rings, endpoint::loopback())), client(client_of(listener)) {}
  task<> accept() { stream = co_await listener.accept(); }
  direct_rings rings;
  direct_listener listener;
  fd client;
  direct_stream stream;
};

task<> echo(direct_stream stream) {
  while (const direct_buffer received = co_await stream.read_some())
    co_await stream.write_all(received.text());
}

unsigned open_descriptors() {
  unsigned count = 0;
  DIR *all = ::opendir("/proc/self/fd");
  while (::readdir(all))
    ++count;
  ::closedir(all);
  return count;
}

/// What an await fails with, as text; empty if it does not.
template <class A> task<std::string> error_of(A a) {
  try {
    (void)co_await std::move(a);
  } catch (const std::system_error &e) {
    co_return e.what();
  }
  co_return "";
}

// R-DIRECT-1
TEST_P(direct_test, what_is_sent_arrives_in_pieces_of_a_buffer_until_the_end) {
  event_loop loop;
  served s;
  loop.run_until([](served &s) -> task<> {
    co_await s.accept();
    EXPECT_TRUE(s.stream);
    const std::string text(600, 'x');
    say(s.client, text);
    std::string got;
    while (got.size() < text.size()) {
      const direct_buffer piece = co_await s.stream.read_some();
      EXPECT_TRUE(piece);
      EXPECT_LE(piece.size(), 256u);
      got += piece.text();
    }
    EXPECT_EQ(got, text);
    EXPECT_EQ(co_await s.stream.write_some("answer"), 6u);
    EXPECT_EQ(co_await s.stream.write_some(""), 0u);
    EXPECT_EQ(heard(s.client, 6), "answer");
    EXPECT_EQ(::shutdown(s.client.get(), SHUT_WR), 0);
    EXPECT_FALSE(co_await s.stream.read_some());
    EXPECT_FALSE(co_await s.stream.read_some());
    s.stream.close();
    EXPECT_EQ(heard(s.client, 1), "");
  }(s));
}

// R-DIRECT-1
TEST_P(direct_test, write_all_writes_everything_in_whatever_pieces_there_is_room_for) {
  event_loop loop;
  served s;
  const std::string text(8'000'000, 'y');
  loop.run_until([](served &s, const std::string &text) -> task<> {
    co_await s.accept();
    task_handle<std::size_t> writing = spawn([](served &s, const std::string &text) -> task<std::size_t> {
      co_return co_await s.stream.write_all(text);
    }(s, text));
    std::size_t got = 0;
    std::string piece(100'000, '\0');
    while (got < text.size()) {
      const ssize_t size = ::recv(s.client.get(), piece.data(), piece.size(), MSG_DONTWAIT);
      if (size > 0)
        got += static_cast<std::size_t>(size);
      else
        co_await sleep_for(1ms);
    }
    EXPECT_EQ(co_await writing, text.size());
  }(s, text));
}

// R-DIRECT-1
TEST_P(direct_test, errors_have_the_name_of_the_operation) {
  event_loop loop;
  served s;
  loop.run_until([](served &s) -> task<> {
    EXPECT_EQ(co_await error_of(s.stream.read_some()), "read: Bad file descriptor");
    co_await s.accept();
    const linger at_once = {.l_onoff = 1, .l_linger = 0};
    ::setsockopt(s.client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    s.client.close();
    EXPECT_EQ(co_await error_of(s.stream.read_some()), "read: Connection reset by peer");
    EXPECT_EQ(co_await error_of(s.stream.write_some("x")), "write: Broken pipe");
    s.stream.close();
    EXPECT_EQ(co_await error_of(s.stream.write_some("x")), "write: Bad file descriptor");
    s.listener.close();
    EXPECT_EQ(co_await error_of(s.listener.accept()), "accept: Bad file descriptor");
  }(s));
  EXPECT_THROW(direct_rings({.connections = 0}), std::system_error);
  EXPECT_THROW(direct_rings({.connections = 1, .per_ring = 0, .buffers = 3}), std::system_error);
}

// R-DIRECT-2
TEST_P(direct_test, connections_take_no_descriptor) {
  event_loop loop;
  direct_rings rings({.connections = 50});
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  loop.run_until([](direct_listener &listener) -> task<> {
    // The reactor is made, and the ring attached.
    std::vector<fd> clients;
    std::vector<direct_stream> streams;
    clients.push_back(client_of(listener));
    streams.push_back(co_await listener.accept());
    const unsigned before = open_descriptors();
    for (int i = 1; i < 50; ++i) {
      clients.push_back(client_of(listener));
      streams.push_back(co_await listener.accept());
    }
    EXPECT_EQ(open_descriptors(), before + 49);
  }(listener));
}

// R-DIRECT-3
TEST_P(direct_test, more_connections_than_fit_one_table_are_spread_over_several) {
  event_loop loop;
  direct_rings rings({.connections = 10, .per_ring = 4, .buffers = 8, .buffer_size = 256});
  EXPECT_EQ(rings.size(), 3u);
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  loop.run_until(with_task_group([&](task_group &group) -> task<> {
    std::vector<fd> clients;
    for (int i = 0; i < 10; ++i) {
      clients.push_back(client_of(listener));
      group.spawn(echo(co_await listener.accept())).detach();
    }
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < clients.size(); ++i)
        say(clients[i], std::to_string(i) + "!");
      for (std::size_t i = 0; i < clients.size(); ++i) {
        std::string got(2, '?');
        while (::recv(clients[i].get(), got.data(), 2, MSG_DONTWAIT) != 2)
          co_await sleep_for(1ms);
        EXPECT_EQ(got, std::to_string(i) + "!");
      }
    }
  }));
}

// R-DIRECT-3
TEST_P(direct_test, rings_fill_evenly) {
  event_loop loop;
  direct_rings rings({.connections = 8, .per_ring = 4, .buffers = 1, .buffer_size = 64});
  EXPECT_EQ(rings.size(), 2u);
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  loop.run_until([](direct_listener &listener) -> task<> {
    fd clients[2];
    direct_stream streams[2];
    direct_buffer held[2];
    // The only buffer of each.
    for (int i = 0; i < 2; ++i) {
      clients[i] = client_of(listener);
      streams[i] = co_await listener.accept();
      say(clients[i], "x");
      held[i] = co_await streams[i].read_some();
      EXPECT_EQ(held[i].text(), "x");
    }
  }(listener));
}

// R-DIRECT-4
TEST_P(direct_test, a_full_table_leaves_connections_waiting) {
  event_loop loop;
  direct_rings rings({.connections = 2, .per_ring = 1});
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  loop.run_until([](direct_listener &listener) -> task<> {
    fd clients[3];
    direct_stream streams[2];
    for (int i = 0; i < 2; ++i) {
      clients[i] = client_of(listener);
      streams[i] = co_await listener.accept();
    }
    clients[2] = client_of(listener);
    say(clients[2], "patient");
    for (int round = 0; round < 2; ++round)
      EXPECT_EQ(co_await error_of(listener.accept()), "accept: Too many open files in system");
    streams[1].close();
    EXPECT_EQ(heard(clients[1], 1), "");
    streams[1] = co_await listener.accept();
    EXPECT_EQ((co_await streams[1].read_some()).text(), "patient");
  }(listener));
}

// R-DIRECT-5
TEST_P(direct_test, who_waits_has_no_buffer_and_who_finds_none_waits_for_one) {
  event_loop loop;
  direct_rings rings({.connections = 20, .per_ring = 0, .buffers = 2, .buffer_size = 64});
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  trace t;
  loop.run_until([](direct_listener &listener, trace &t) -> task<> {
    const auto reader = [](direct_stream &stream, trace &t) -> task<direct_buffer> {
      direct_buffer got = co_await stream.read_some();
      t.push_back(std::string(got.text()));
      co_return got;
    };
    fd clients[20];
    direct_stream streams[20];
    std::vector<task_handle<direct_buffer>> reading;
    for (int i = 0; i < 20; ++i) {
      clients[i] = client_of(listener);
      streams[i] = co_await listener.accept();
      reading.push_back(spawn(reader(streams[i], t)));
    }
    co_await sleep_for(5ms);
    // All wait, and the pool of two is untouched: two can be served, and hold what they got.
    say(clients[18], "a");
    direct_buffer first = co_await std::move(reading[18]);
    say(clients[3], "b");
    direct_buffer second = co_await std::move(reading[3]);
    say(clients[7], "c");
    co_await sleep_for(5ms);
    say(clients[0], "d");
    co_await sleep_for(5ms);
    EXPECT_EQ(t, (trace{"a", "b"}));
    // A stop reaches those who wait for a buffer.
    reading[0].request_stop();
    while (!reading[0].ready())
      co_await yield();
    EXPECT_TRUE(reading[0].stopped());
    first = direct_buffer();
    direct_buffer third = co_await std::move(reading[7]);
    EXPECT_EQ(t, (trace{"a", "b", "c"}));
    EXPECT_EQ(second.text(), "b");
    second = direct_buffer();
    // What the stopped one did not read can be read.
    EXPECT_EQ((co_await streams[0].read_some()).text(), "d");
    third = direct_buffer();
    for (task_handle<direct_buffer> &r : reading)
      if (r)
        r.request_stop();
    for (task_handle<direct_buffer> &r : reading)
      while (r && !r.ready())
        co_await yield();
  }(listener, t));
}

// R-DIRECT-5
TEST_P(direct_test, a_read_that_was_given_a_buffer_and_ends_without_one_leaves_it_to_the_next) {
  enum class ending { end_of_stream, reset, stop };
  for (const ending how : {ending::end_of_stream, ending::reset, ending::stop}) {
    SCOPED_TRACE(static_cast<int>(how));
    event_loop loop;
    direct_rings rings({.connections = 4, .per_ring = 0, .buffers = 1, .buffer_size = 64});
    direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
    loop.run_until([](direct_listener &listener, ending how) -> task<> {
      const auto reader = [](direct_stream &stream) -> task<std::string> {
        co_return std::string((co_await stream.read_some()).text());
      };
      fd clients[4];
      direct_stream streams[4];
      for (int i = 0; i < 4; ++i) {
        clients[i] = client_of(listener);
        streams[i] = co_await listener.accept();
      }
      say(clients[0], "held");
      direct_buffer held = co_await streams[0].read_some();
      // Two that end without a buffer, and one that needs it.
      std::vector<task_handle<std::string>> reading;
      for (int i = 1; i < 4; ++i) {
        reading.push_back(spawn(reader(streams[i])));
        if (i == 3 || how == ending::stop) {
          say(clients[i], "x");
        } else {
          const linger at_once = {.l_onoff = 1, .l_linger = 0};
          if (how == ending::reset) {
            EXPECT_EQ(::setsockopt(clients[i].get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
          }
          clients[i].close();
        }
        co_await sleep_for(5ms);
      }
      held = direct_buffer();
      if (how == ending::stop) {
        reading[0].request_stop();
        reading[1].request_stop();
      }
      // The kernel may be faster than the stop of the first one.
      const result<std::string> first = co_await as_result(std::move(reading[0]));
      const result<std::string> second = co_await as_result(std::move(reading[1]));
      EXPECT_EQ(first.has_value() && second.has_value(), how == ending::end_of_stream);
      EXPECT_EQ(co_await std::move(reading[2]), "x");
    }(listener, how));
  }
}

// R-DIRECT-5
TEST_P(direct_test, who_waits_for_a_buffer_keeps_the_place_when_another_one_takes_it) {
  event_loop loop;
  direct_rings rings({.connections = 4, .per_ring = 0, .buffers = 1, .buffer_size = 64});
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  trace t;
  loop.run_until([](direct_listener &listener, trace &t) -> task<> {
    const auto reader = [](direct_stream &stream, trace &t) -> task<> {
      const direct_buffer got = co_await stream.read_some();
      t.push_back(std::string(got.text()));
    };
    fd clients[4];
    direct_stream streams[4];
    for (int i = 0; i < 4; ++i) {
      clients[i] = client_of(listener);
      streams[i] = co_await listener.accept();
    }
    std::vector<task_handle<>> reading;
    reading.push_back(spawn(reader(streams[0], t)));
    say(clients[3], "held");
    direct_buffer held = co_await streams[3].read_some();
    for (int i = 1; i < 3; ++i) {
      reading.push_back(spawn(reader(streams[i], t)));
      say(clients[i], std::to_string(i));
      co_await sleep_for(5ms);
    }
    // The kernel gives the buffer to the one who has waited for data, before the loop can ask for the oldest.
    held = direct_buffer();
    say(clients[0], "0");
    for (task_handle<> &r : reading)
      co_await r;
  }(listener, t));
  EXPECT_EQ(t, (trace{"0", "1", "2"}));
}

// R-DIRECT-6
TEST_P(direct_test, a_stop_cancels_and_what_came_first_is_given) {
  event_loop loop;
  served s;
  loop.run_until([](served &s) -> task<> {
    const auto reader = [](served &s) -> task<std::string> {
      const direct_buffer got = co_await s.stream.read_some();
      co_return std::string(got.text());
    };
    co_await s.accept();
    // Nothing has come.
    task_handle<std::string> r = spawn(reader(s));
    co_await sleep_for(1ms);
    r.request_stop();
    while (!r.ready())
      co_await yield();
    EXPECT_TRUE(r.stopped());
    // Something has come before the stop, and the loop does not know of it yet.
    r = spawn(reader(s));
    co_await sleep_for(1ms);
    say(s.client, "first");
    r.request_stop();
    EXPECT_EQ(co_await r, "first");
    // One that is stopped before it begins takes nothing.
    say(s.client, "second");
    r = spawn(reader(s));
    r.request_stop();
    while (!r.ready())
      co_await yield();
    EXPECT_TRUE(r.stopped());
    EXPECT_EQ(co_await reader(s), "second");
    // The same for a connection.
    const auto acceptor = [](served &s) -> task<direct_stream> { co_return co_await s.listener.accept(); };
    task_handle<direct_stream> a = spawn(acceptor(s));
    co_await sleep_for(1ms);
    EXPECT_EQ(co_await error_of(s.listener.accept()), "accept: Device or resource busy");
    fd other = client_of(s.listener);
    a.request_stop();
    EXPECT_TRUE(co_await a);
    a = spawn(acceptor(s));
    co_await sleep_for(1ms);
    a.request_stop();
    while (!a.ready())
      co_await yield();
    EXPECT_TRUE(a.stopped());
  }(s));
}

// R-DIRECT-6
TEST_P(direct_test, nothing_is_lost_at_whatever_step_a_stop_comes) {
  struct state {
    served s;
    std::string sent, got;
    unsigned given = 0;
  };
  std::optional<state> now;
  const auto program = [&](test_loop &) -> task<> {
    now.emplace();
    return [](state &all) -> task<> {
      const auto client = [](state &all) -> task<> {
        for (const char *word : {"one", "two", "three"}) {
          say(all.s.client, word);
          all.sent += word;
          co_await yield();
        }
      };
      co_await all.s.accept();
      task_handle<> sender = spawn(client(all));
      while (all.got.size() < 11)
        all.got += (co_await all.s.stream.read_some()).text();
      co_await all.s.stream.write_all("thanks");
      co_await sender;
    }(*now);
  };
  stopped_at_every_step(program, [&](const std::string &when) {
    event_loop loop;
    loop.run_until([](state &all) -> task<> {
      if (!all.s.stream)
        co_await all.s.accept();
      ::shutdown(all.s.client.get(), SHUT_WR);
      while (const direct_buffer rest = co_await all.s.stream.read_some())
        all.got += rest.text();
    }(*now));
    EXPECT_EQ(now->got, now->sent) << when;
  });
}

// R-DIRECT-6
TEST_P(direct_test, a_write_that_waits_can_be_stopped) {
  event_loop loop;
  served s;
  loop.run_until([](served &s) -> task<> {
    co_await s.accept();
    const std::string much(1'000'000, 'z');
    const auto writer = [](served &s, const std::string &much, bool all) -> task<std::size_t> {
      for (;;)
        EXPECT_GT(all ? co_await s.stream.write_all(much) : co_await s.stream.write_some(much), 0u);
    };
    for (const bool all : {false, true}) {
      task_handle<std::size_t> w = spawn(writer(s, much, all));
      co_await sleep_for(5ms);
      EXPECT_EQ(co_await error_of(s.stream.write_some("x")), "write: Device or resource busy");
      w.request_stop();
      while (!w.ready())
        co_await yield();
      EXPECT_TRUE(w.stopped());
    }
  }(s));
}

// R-DIRECT-7
TEST_P(direct_test, a_loop_that_closes_cancels_what_is_in_flight_and_waits_for_its_end) {
  findings found;
  direct_rings rings({.connections = 10, .per_ring = 5, .buffers = 1, .buffer_size = 64});
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  fd clients[9];
  {
    event_loop loop;
    const auto writes = [](direct_stream stream, std::string much) -> task<> { co_await stream.write_all(much); };
    const auto accepts = [](direct_listener &listener) -> task<> { (void)co_await listener.accept(); };
    const auto holds = [](direct_stream stream) -> task<> {
      const direct_buffer only = co_await stream.read_some();
      (void)co_await unstoppable(stream.read_some());
    };
    const auto program = [&]() -> task<> {
      for (int i = 0; i < 9; ++i) {
        clients[i] = client_of(listener);
        direct_stream stream = co_await listener.accept();
        spawn(i == 0  ? holds(std::move(stream))
              : i < 6 ? echo(std::move(stream))
                      : writes(std::move(stream), std::string(20'000'000, 'w')),
              i == 0 ? "holds the only buffer" : "")
            .detach();
      }
      spawn(accepts(listener)).detach();
      say(clients[0], "x");
      co_await sleep_for(5ms);
      say(clients[0], "y");
      co_await sleep_for(5ms);
    };
    loop.run_until(program());
  }
  EXPECT_EQ(findings::seen(), (trace{"async-detached-task: holds the only buffer"}));
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(heard(clients[i], 1), "");
  // Nothing is left of it: there is room for as many again.
  event_loop loop;
  const auto program = [&]() -> task<> {
    std::vector<direct_stream> streams;
    for (int i = 0; i < 10; ++i) {
      fd client = client_of(listener);
      streams.push_back(co_await listener.accept());
    }
  };
  loop.run_until(program());
}

// R-DIRECT-8
TEST_P(direct_death_test, wrong_use_traps) {
  const auto with_reader = [](auto wrong) {
    event_loop loop;
    served s;
    loop.run_until([](auto wrong, served &s) -> task<> {
      const auto reader = [](served &s) -> task<> { (void)co_await s.stream.read_some(); };
      const auto acceptor = [](served &s) -> task<> { (void)co_await s.listener.accept(); };
      co_await s.accept();
      task_handle<> r = spawn(reader(s));
      task_handle<> a = spawn(acceptor(s));
      co_await yield();
      wrong(s);
      r.request_stop();
      co_await r;
    }(wrong, s));
  };
  EXPECT_DEATH(with_reader([](served &s) { s.stream.close(); }), "a connection was closed while a coroutine waits");
  EXPECT_DEATH(with_reader([](served &s) { s.listener.close(); }), "moved or closed while a coroutine waits for it");
  EXPECT_DEATH(with_reader([](served &s) { direct_listener moved(std::move(s.listener)); }), "moved or closed while");
  const auto outlived = [] {
    event_loop loop;
    direct_stream left;
    direct_rings rings(few);
    direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
    fd client = client_of(listener);
    left = loop.run_until([](direct_listener &l) -> task<direct_stream> { co_return co_await l.accept(); }(listener));
  };
  EXPECT_DEATH(outlived(), "direct_rings were destroyed before what belongs to them");
  const auto on_two_loops = [] {
    served s;
    event_loop one, two;
    one.run_until([](served &s) -> task<> { co_await s.accept(); }(s));
    (void)two.run_until([](served &s) -> task<direct_buffer> { co_return co_await s.stream.read_some(); }(s));
  };
  EXPECT_DEATH(on_two_loops(), "direct_rings that belong to one loop were used on another");
}

// R-DIRECT-9
TEST_P(direct_death_test, a_kernel_that_refuses_io_uring_is_an_error) {
  const auto program = [] {
    refuse_io_uring();
    try {
      direct_rings rings;
    } catch (const std::system_error &e) {
      std::fputs(e.what(), stderr);
      ::_exit(3);
    }
  };
  EXPECT_EXIT(program(), ::testing::ExitedWithCode(3), "^io_uring: Operation not permitted$");
}

// R-IO-21
TEST_P(direct_test, rings_are_not_reported_as_descriptors_that_are_still_open) {
  findings found;
  served s;
  {
    event_loop loop({.report_open = true});
    loop.run_until(s.accept());
  }
  EXPECT_EQ(findings::seen(), trace());
}

// R-DIRECT-9
TEST_P(direct_test, rings_may_outlive_their_loop_and_be_used_on_another_one) {
  served s;
  for (int i = 0; i < 3; ++i) {
    event_loop loop;
    loop.run_until([](served &s) -> task<> {
      if (!s.stream)
        co_await s.accept();
      say(s.client, "again");
      // Moved while it is waited for.
      task_handle<direct_buffer> reading =
          spawn([](direct_stream &stream) -> task<direct_buffer> { co_return co_await stream.read_some(); }(s.stream));
      co_await yield();
      direct_stream moved = std::move(s.stream);
      s.stream = std::move(moved);
      EXPECT_EQ((co_await reading).text(), "again");
    }(s));
    // Nothing is waited for, so it does not wait.
    loop.run();
  }
}

// R-DIRECT-5
TEST_P(direct_test, who_holds_the_only_buffer_and_waits_for_another_waits_for_ever) {
  event_loop loop;
  served s({.connections = 1, .per_ring = 0, .buffers = 1, .buffer_size = 64});
  EXPECT_THROW(loop.run_until([](served &s) -> task<> {
    co_await s.accept();
    say(s.client, "x");
    const direct_buffer held = co_await s.stream.read_some();
    EXPECT_EQ(held.text(), "x");
    say(s.client, "y");
    (void)co_await s.stream.read_some();
  }(s)),
               deadlock_error);
}

} // namespace
} // namespace asyncrt::test
