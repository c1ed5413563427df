// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Boost.Asio as a contestant: awaitables on an io_context for one thread. The type of the executor is known
/// everywhere; with any_io_executor, which is what Asio's own aliases have, it is slower and needs more memory.
#include "contestant.hpp"

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>

#include <deque>
#include <random>
#include <vector>

#include <sys/socket.h>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using namespace bench;
using namespace std::chrono_literals;
using asio::deferred;
using asio::detached;
using boost::system::error_code;

using executor_type = asio::io_context::executor_type;
template <class T> using awaitable = asio::awaitable<T, executor_type>;
constexpr asio::use_awaitable_t<executor_type> use_awaitable;
using timer_type =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor_type>;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor_type>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor_type>;
using local_socket = asio::basic_stream_socket<asio::local::stream_protocol, executor_type>;

namespace {

/// Runs \p main and gives what it returns.
template <class T> T run(awaitable<T> main) {
  asio::io_context context(1);
  std::future<T> result = asio::co_spawn(context, std::move(main), asio::use_future);
  context.run();
  return result.get();
}

// Two coroutines take turns: each hop goes through the queue of the context.
awaitable<void> hops(std::size_t n) {
  while (n--)
    co_await asio::post(deferred);
}
measured hop(std::size_t n, std::size_t) {
  asio::io_context context(1);
  asio::co_spawn(context, hops(n / 2), detached);
  asio::co_spawn(context, hops(n / 2), detached);
  return time_of([&] { context.run(); });
}

// Awaiting a coroutine that does nothing, and that the compiler does not see through.
[[gnu::noinline]] awaitable<std::size_t> increment(std::size_t i) { co_return i + 1; }
awaitable<std::size_t> children(std::size_t n) {
  std::size_t sum = 0;
  while (sum < n)
    sum = co_await increment(sum);
  co_return sum;
}
measured child(std::size_t n, std::size_t) {
  return time_of([&] { run(children(n)); });
}

// Tasks that count and end, a thousand at a time.
[[gnu::noinline]] awaitable<void> count(std::size_t &done) {
  ++done;
  co_return;
}
awaitable<void> spawns(std::size_t n) {
  const auto executor = co_await asio::this_coro::executor;
  std::size_t done = 0;
  for (std::size_t i = 0; i < n;) {
    for (const std::size_t end = std::min(n, i + 1000); i < end; ++i)
      asio::co_spawn(executor, count(done), detached);
    do
      co_await asio::post(deferred);
    while (done < i);
  }
}
measured spawn(std::size_t n, std::size_t) {
  return time_of([&] { run(spawns(n)); });
}

// Timers that are set and cancelled, 64 at a time, beside live ones; deadlines are random, none is ever due. Asio tells
// who waits of the cancellation by a completion, which is part of it.
measured timers(std::size_t n, std::size_t live) {
  asio::io_context context(1);
  std::mt19937_64 random(1);
  const auto start = [&](timer_type &t) {
    t.expires_after(std::chrono::seconds(3600 + random() % 3600));
    t.async_wait([](error_code) {});
  };
  std::deque<timer_type> others;
  for (std::size_t i = 0; i < live; ++i)
    start(others.emplace_back(context));
  std::deque<timer_type> batch;
  while (batch.size() < 64)
    batch.emplace_back(context);
  return time_of([&] {
    for (std::size_t i = 0; i < n; i += batch.size()) {
      for (timer_type &t : batch)
        start(t);
      for (timer_type &t : batch)
        t.cancel();
      context.poll();
    }
  });
}

// Something that takes a hop, under a time-out that never comes.
awaitable<void> one_hop() { co_await asio::post(deferred); }
awaitable<void> timeouts(std::size_t n) {
  timer_type timer(co_await asio::this_coro::executor);
  while (n--) {
    timer.expires_after(1h);
    co_await (one_hop() || timer.async_wait(asio::as_tuple(use_awaitable)));
  }
}
measured timeout(std::size_t n, std::size_t) {
  return time_of([&] { run(timeouts(n)); });
}

// One producer, one consumer, a bound.
using channel_type = asio::experimental::channel<executor_type, void(error_code, std::size_t)>;
awaitable<void> produce(channel_type &c, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    co_await c.async_send(error_code(), i, deferred);
}
awaitable<void> consume(channel_type &c, std::size_t n) {
  while (n--)
    co_await c.async_receive(deferred);
}
measured channel(std::size_t n, std::size_t) {
  asio::io_context context(1);
  channel_type c(context, channel_capacity);
  asio::co_spawn(context, produce(c, n), detached);
  asio::co_spawn(context, consume(c, n), detached);
  return time_of([&] { context.run(); });
}

awaitable<void> sleeper() {
  timer_type timer(co_await asio::this_coro::executor, 1h);
  co_await timer.async_wait(deferred);
}
measured sleepers(std::size_t n, std::size_t) {
  asio::io_context context(1);
  return growth_of([&] {
    for (std::size_t i = 0; i < n; ++i)
      asio::co_spawn(context, sleeper(), detached);
    context.poll();
  });
}

// An echo connection, with its buffer.
template <class Socket> awaitable<void> echo_one(Socket s) {
  try {
    char data[read_size];
    for (;;) {
      const std::size_t size = co_await s.async_read_some(asio::buffer(data), deferred);
      co_await asio::async_write(s, asio::buffer(data, size), deferred);
    }
  } catch (const boost::system::system_error &) {
    // The client is gone.
  }
}

// Connections that nobody writes to.
measured idle(std::size_t n, std::size_t) {
  asio::io_context context(1);
  std::vector<int> peers;
  peers.reserve(n);
  return growth_of([&] {
    for (std::size_t i = 0; i < n; ++i) {
      int ends[2];
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::system_category(), "socketpair");
      peers.push_back(ends[1]);
      local_socket s(context, asio::local::stream_protocol(), ends[0]);
      asio::co_spawn(context, echo_one(std::move(s)), detached);
    }
    context.poll();
  });
}

awaitable<void> serve() {
  const auto executor = co_await asio::this_coro::executor;
  tcp_acceptor acceptor(executor, {asio::ip::address_v4::loopback(), 0});
  acceptor.listen(4096);
  print_port(acceptor.local_endpoint().port());
  for (;;) {
    tcp_socket s = co_await acceptor.async_accept(deferred);
    s.set_option(asio::ip::tcp::no_delay(true));
    asio::co_spawn(executor, echo_one(std::move(s)), detached);
  }
}
measured echo(std::size_t, std::size_t) {
  run(serve());
  return {};
}

// A round trip to a thread: goes on on one of the pool, and comes back.
std::size_t work(std::size_t i) { return i + 1; }
awaitable<void> offloads(asio::thread_pool &pool, std::size_t n) {
  for (std::size_t i = 0; i < n;) {
    co_await asio::post(asio::bind_executor(pool, use_awaitable));
    i = work(i);
    co_await asio::post(use_awaitable);
  }
}
measured offload(std::size_t n, std::size_t) {
  asio::thread_pool pool;
  run(offloads(pool, 1));
  return time_of([&] { run(offloads(pool, n)); });
}

// The same with a pool that is made for each call.
awaitable<void> pools(std::size_t n) {
  for (std::size_t i = 0; i < n;) {
    asio::thread_pool pool(1);
    co_await asio::post(asio::bind_executor(pool, use_awaitable));
    i = work(i);
    co_await asio::post(use_awaitable);
  }
}
measured pool_per_call(std::size_t n, std::size_t) {
  return time_of([&] { run(pools(n)); });
}

// Requests that take 100 ms each, all at once.
awaitable<void> request() {
  timer_type timer(co_await asio::this_coro::executor, 100ms);
  co_await timer.async_wait(deferred);
}
measured requests(std::size_t n, std::size_t) {
  return time_of([&] {
    asio::io_context context(1);
    for (std::size_t i = 0; i < n; ++i)
      asio::co_spawn(context, request(), detached);
    context.run();
  });
}

} // namespace

int main(int argc, char **argv) {
  return main_of(argc, argv,
                 {{"hop", hop},
                  {"child", child},
                  {"spawn", spawn},
                  {"timers", timers},
                  {"timeout", timeout},
                  {"channel", channel},
                  {"sleepers", sleepers},
                  {"idle", idle},
                  {"echo", echo},
                  {"offload", offload},
                  {"pool-per-call", pool_per_call},
                  {"requests", requests}});
}
