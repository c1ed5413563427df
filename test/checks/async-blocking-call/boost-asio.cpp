// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-blocking-call

// Real Boost.Asio: what its own synchronous operations and executors mean, and the awaitable twin of a sleep.

#include <boost/asio.hpp>
#include <chrono>
#include <fstream>
#include <thread>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

awaitable<void> sleeps() {
  std::this_thread::sleep_for(50ms);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs coroutine 'sleeps' [async-blocking-call]
  // CHECK-FIXES: {{^}}  co_await boost::asio::steady_timer(co_await boost::asio::this_coro::executor, 50ms).async_wait(boost::asio::use_awaitable);{{$}}
  co_return;
}

awaitable<std::size_t> synchronous_operations(tcp::socket &socket, tcp::resolver &resolver, asio::steady_timer &timer) {
  char data[64];
  std::size_t n = socket.read_some(asio::buffer(data));
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: {{.*}}read_some' waits for the network
  n += asio::read(socket, asio::buffer(data));
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: {{.*}}read' waits for the network
  asio::write(socket, asio::buffer(data, n));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}write' waits for the network
  auto endpoints = resolver.resolve("example.org", "80");
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: {{.*}}resolve' waits for a name server
  asio::connect(socket, endpoints);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}connect' waits for the network
  timer.wait();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: {{.*}}wait' sleeps
  co_return n;
}

awaitable<void> asynchronous_operations(tcp::socket &socket, tcp::resolver &resolver, asio::steady_timer &timer) {
  char data[64];
  auto endpoints = co_await resolver.async_resolve("example.org", "80", use_awaitable);
  co_await asio::async_connect(socket, endpoints, use_awaitable);
  auto n = co_await socket.async_read_some(asio::buffer(data), use_awaitable);
  co_await asio::async_write(socket, asio::buffer(data, n), use_awaitable);
  timer.expires_after(5ms);
  co_await timer.async_wait(use_awaitable);
  socket.set_option(tcp::no_delay(true));
  socket.shutdown(tcp::socket::shutdown_both);
  socket.close();
}

void handlers(asio::io_context &context, asio::thread_pool &pool, asio::steady_timer &timer, asio::any_io_executor any) {
  asio::post(context, [] { std::this_thread::sleep_for(1s); });
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs a callback of the event loop
  asio::post(context.get_executor(), [] { std::this_thread::sleep_for(2s); });
  // CHECK-MESSAGES: :[[@LINE-1]]:43: warning: 'std::this_thread::sleep_for' sleeps
  timer.async_wait([](boost::system::error_code) { std::this_thread::sleep_for(3s); });
  // CHECK-MESSAGES: :[[@LINE-1]]:52: warning: 'std::this_thread::sleep_for' sleeps
  asio::post(pool, [] { std::this_thread::sleep_for(1s); });
  asio::dispatch(pool.get_executor(), [] { std::this_thread::sleep_for(1s); });
  asio::post(any, [] { std::this_thread::sleep_for(1s); });
  asio::co_spawn(
      pool,
      []() -> awaitable<void> {
        std::this_thread::sleep_for(1s);
        co_return;
      },
      asio::detached);
  asio::co_spawn(
      context,
      []() -> awaitable<void> {
        std::this_thread::sleep_for(1s);
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs a coroutine lambda
        co_return;
      },
      asio::detached);
}

void read_settings() { std::ifstream file("settings.json"); }
awaitable<void> two_away() {
  read_settings();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'read_settings' blocks the thread that runs coroutine 'two_away'
  co_return;
}

// What was awaited before says nothing of a synchronous operation, unless it was waited for readiness.
awaitable<void> awaited_before(tcp::socket &socket, tcp::socket &other, asio::ip::udp::socket &datagrams) {
  char data[64];
  co_await asio::async_write(socket, asio::buffer(data), use_awaitable);
  asio::write(socket, asio::buffer(data));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}write' waits for the network
  socket.write_some(asio::buffer(data));
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: {{.*}}write_some' waits for the network
  co_await other.async_wait(tcp::socket::wait_read, use_awaitable);
  other.read_some(asio::buffer(data));
  datagrams.connect({});
  tcp::socket fresh(other.get_executor());
  fresh.connect({});
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: {{.*}}connect' waits for the network
}
