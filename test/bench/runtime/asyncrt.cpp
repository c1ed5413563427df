// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// asyncrt as a contestant; with --io-uring before the row, its variant on io_uring.
#include "contestant.hpp"

#include <asyncrt/asyncrt.hpp>

#include <array>
#include <random>
#include <vector>

#include <sys/socket.h>

using namespace asyncrt;
using namespace bench;
using namespace std::chrono_literals;

namespace {

// Two coroutines take turns: each hop goes through the ready list.
task<> hops(std::size_t n) {
  while (n--)
    co_await yield();
}
measured hop(std::size_t n, std::size_t) {
  event_loop loop;
  spawn(loop, hops(n / 2)).detach();
  spawn(loop, hops(n / 2)).detach();
  return time_of([&] { loop.run(); });
}

// Awaiting a coroutine that does nothing, and that the compiler does not see through.
[[gnu::noinline]] task<std::size_t> increment(std::size_t i) { co_return i + 1; }
task<std::size_t> children(std::size_t n) {
  std::size_t sum = 0;
  while (sum < n)
    sum = co_await increment(sum);
  co_return sum;
}
measured child(std::size_t n, std::size_t) {
  return time_of([&] { run(children(n)); });
}

// Tasks that count and end, a thousand at a time.
[[gnu::noinline]] task<> count(std::size_t &done) {
  ++done;
  co_return;
}
task<> spawns(std::size_t n) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < n;) {
    for (const std::size_t end = std::min(n, i + 1000); i < end; ++i)
      spawn(count(done)).detach();
    do
      co_await yield();
    while (done < i);
  }
}
measured spawn_(std::size_t n, std::size_t) {
  return time_of([&] { run(spawns(n)); });
}

// Timers that are set and taken out, 64 at a time, beside live ones; deadlines are random, none is ever due. What waits
// is told at once here, so there is no completion to be run as Asio has.
measured timers(std::size_t n, std::size_t live) {
  event_loop loop;
  std::mt19937_64 random(1);
  const auto deadline = [&] { return loop.now() + time_ns(3600 + random() % 3600) * 1'000'000'000; };
  const auto expired = [](timer_node &) noexcept {};
  std::vector<timer_node> others;
  others.reserve(live);
  for (std::size_t i = 0; i < live; ++i)
    loop.timers().add(others.emplace_back(expired), deadline());
  std::vector<timer_node> batch;
  batch.reserve(64);
  while (batch.size() < 64)
    batch.emplace_back(expired);
  const measured m = time_of([&] {
    for (std::size_t i = 0; i < n; i += batch.size()) {
      for (timer_node &t : batch)
        loop.timers().add(t, deadline());
      for (timer_node &t : batch)
        loop.timers().remove(t);
    }
  });
  for (timer_node &t : others)
    loop.timers().remove(t);
  return m;
}

// Something that takes a hop, under a time-out that never comes.
task<> one_hop() { co_await yield(); }
task<> timeouts(std::size_t n) {
  while (n--)
    co_await with_timeout(one_hop(), 1h);
}
measured timeout(std::size_t n, std::size_t) {
  return time_of([&] { run(timeouts(n)); });
}

// One producer, one consumer, a bound.
task<> produce(channel<std::size_t> &c, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    co_await c.push(i);
}
task<> consume(channel<std::size_t> &c, std::size_t n) {
  while (n--)
    co_await c.pop();
}
measured channel_(std::size_t n, std::size_t) {
  event_loop loop;
  channel<std::size_t> c(channel_capacity);
  spawn(loop, produce(c, n)).detach();
  spawn(loop, consume(c, n)).detach();
  return time_of([&] { loop.run(); });
}

task<> sleeper() { co_await sleep_for(1h); }
task<measured> sleepers_of(std::size_t n) {
  const double before = resident();
  for (std::size_t i = 0; i < n; ++i)
    spawn(sleeper()).detach();
  co_await yield();
  co_return measured{.bytes = resident() - before};
}
measured sleepers(std::size_t n, std::size_t) { return run(sleepers_of(n)); }

// An echo connection, with its buffer.
task<> echo_one(stream_socket s) {
  try {
    char buffer[read_size];
    while (const std::size_t size = co_await s.read_some(buffer))
      co_await s.write_all({buffer, size});
  } catch (const std::system_error &) {
    // The client is gone.
  }
}

// Connections that nobody writes to.
task<measured> idle_of(std::size_t n) {
  std::vector<fd> peers;
  peers.reserve(n);
  const double before = resident();
  for (std::size_t i = 0; i < n; ++i) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::system_error(errno, std::system_category(), "socketpair");
    peers.emplace_back(ends[1]);
    spawn(echo_one(stream_socket(fd(ends[0])))).detach();
  }
  co_await yield();
  co_return measured{.bytes = resident() - before};
}
measured idle(std::size_t n, std::size_t) { return run(idle_of(n)); }

task<> serve() {
  tcp_listener listener = tcp_listener::bind(endpoint::loopback(0));
  print_port(listener.local().port());
  for (;;)
    spawn(echo_one(co_await listener.accept())).detach();
}
measured echo(std::size_t, std::size_t) {
  run(serve());
  return {};
}

// A round trip to a thread.
std::size_t work(std::size_t i) { return i + 1; }
task<> offloads(std::size_t n) {
  for (std::size_t i = 0; i < n;)
    i = co_await offload(work, i);
}
measured offload_(std::size_t n, std::size_t) {
  run(offloads(1));
  return time_of([&] { run(offloads(n)); });
}

// The same with a pool that is made for each call.
task<> pools(std::size_t n) {
  for (std::size_t i = 0; i < n;) {
    thread_pool pool(1);
    i = co_await run_on(pool, work, i);
  }
}
measured pool_per_call(std::size_t n, std::size_t) {
  return time_of([&] { run(pools(n)); });
}

// A round trip to a process.
task<> processes(process_pool &pool, std::size_t n) {
  for (std::size_t i = 0; i < n;)
    i = co_await pool.run(work, i);
}
measured process_(std::size_t n, std::size_t) {
  process_pool pool(1);
  run(processes(pool, 1));
  return time_of([&] { run(processes(pool, n)); });
}

// Requests that take 100 ms each, all at once.
task<> request() { co_await sleep_for(100ms); }
measured requests(std::size_t n, std::size_t) {
  return time_of([&] {
    event_loop loop;
    for (std::size_t i = 0; i < n; ++i)
      spawn(loop, request()).detach();
    loop.run();
  });
}

} // namespace

int main(int argc, char **argv) {
  if (argc > 1 && std::strcmp(argv[1], "--io-uring") == 0) {
    set_default_reactor(reactor_kind::io_uring);
    --argc;
    ++argv;
  }
  return main_of(argc, argv,
                 {{"hop", hop},
                  {"child", child},
                  {"spawn", spawn_},
                  {"timers", timers},
                  {"timeout", timeout},
                  {"channel", channel_},
                  {"sleepers", sleepers},
                  {"idle", idle},
                  {"echo", echo},
                  {"offload", offload_},
                  {"pool-per-call", pool_per_call},
                  {"process", process_},
                  {"requests", requests}});
}
