// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-unawaited-task

// The real Boost.Asio: its awaitable, and operations with the completion tokens that make awaitables.

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

asio::awaitable<void> pause(int seconds);
asio::awaitable<int> measure();

asio::awaitable<void> drops(asio::steady_timer &timer, asio::ip::tcp::socket &socket, char (&buffer)[8]) {
  pause(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'boost::asio::awaitable<void>' returned by 'pause' is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: co_await pause(1);
  timer.async_wait(asio::use_awaitable);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'boost::asio::awaitable<void>' returned by 'boost::asio::basic_waitable_timer<{{.*}}>::async_wait' is never awaited, so it never runs
  // CHECK-FIXES: co_await timer.async_wait(asio::use_awaitable);
  timer.async_wait(asio::deferred);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'boost::asio::deferred_async_operation<{{.*}}>' returned by 'boost::asio::basic_waitable_timer<{{.*}}>::async_wait' is never awaited, so it never runs
  asio::async_write(socket, asio::buffer(buffer), asio::use_awaitable);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'boost::asio::awaitable<{{.*}}>' returned by 'boost::asio::async_write' is never awaited
  // CHECK-FIXES: co_await asio::async_write(socket, asio::buffer(buffer), asio::use_awaitable);
  pause(1) || pause(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'boost::asio::awaitable<{{.*}}>' returned by 'boost::asio::experimental::awaitable_operators::operator||' is never awaited
  // CHECK-FIXES: co_await (pause(1) || pause(2));
  auto executor = co_await asio::this_coro::executor;
  asio::co_spawn(executor, pause(1), asio::use_awaitable);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'boost::asio::awaitable<void>' returned by 'boost::asio::co_spawn' is never awaited, so it never runs
  // CHECK-FIXES: co_await asio::co_spawn(executor, pause(1), asio::use_awaitable);
}

asio::awaitable<int> keeps(asio::steady_timer &timer, bool c) {
  auto value = measure();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'value' holds a 'boost::asio::awaitable<int>' that is never awaited, so it never runs
  // CHECK-FIXES: auto value = co_await measure();
  auto waited = timer.async_wait(asio::use_awaitable);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'waited' holds an operation that is not awaited on every path
  if (c)
    co_await std::move(waited);
  co_return 0;
}

void plain(asio::io_context &context) {
  pause(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'boost::asio::awaitable<void>' returned by 'pause' is never awaited, so it never runs
  // CHECK-FIXES: pause(1);
}

asio::awaitable<void> silent(asio::io_context &context, asio::steady_timer &timer) {
  co_await pause(1);
  co_await timer.async_wait(asio::deferred);
  co_await (pause(1) && pause(2));
  asio::co_spawn(context, pause(1), asio::detached);
  asio::co_spawn(context, pause(1), [](std::exception_ptr) {});
  timer.async_wait([](boost::system::error_code) {});
  timer.async_wait(asio::detached);
  auto operation = timer.async_wait(asio::deferred);
  co_await std::move(operation);
  auto both = pause(1) && pause(2);
  co_await std::move(both);
  asio::co_spawn(context, measure(), asio::use_future).wait();
  auto executor = co_await asio::this_coro::executor;
  asio::post(executor, [] {});
}
