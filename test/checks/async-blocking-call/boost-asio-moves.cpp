// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-blocking-call

// Real Boost.Asio: completion tokens and spawned coroutines on pools.

#include <boost/asio.hpp>
#include <chrono>
#include <thread>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using namespace std::chrono_literals;

awaitable<void> hops(asio::thread_pool &pool, asio::io_context &context, asio::steady_timer &timer) {
  co_await asio::post(asio::bind_executor(pool, use_awaitable));
  std::this_thread::sleep_for(1s);
  co_await timer.async_wait(use_awaitable);
  std::this_thread::sleep_for(2s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_await timer.async_wait(asio::bind_executor(pool.get_executor(), use_awaitable));
  std::this_thread::sleep_for(3s);
  co_await asio::post(asio::bind_executor(context, use_awaitable));
  std::this_thread::sleep_for(4s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
}

awaitable<void> worker() {
  std::this_thread::sleep_for(1s);
  co_return;
}
awaitable<void> session() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
void start(asio::thread_pool &pool, asio::io_context &context) {
  asio::co_spawn(pool.get_executor(), worker(), asio::detached);
  asio::co_spawn(context, session(), asio::detached);
}
