// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-blocking-call

// Where the awaitable twin of a blocking call is offered, and where it is not.

#include <boost/asio.hpp>
#include <chrono>
#include <mutex>
#include <thread>
#include <unistd.h>

using boost::asio::awaitable;
using namespace std::chrono_literals;

#define NAP std::this_thread::sleep_for(1ms)

awaitable<void> offered(int n, std::chrono::seconds delay) {
  std::this_thread::sleep_for(delay);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  // CHECK-FIXES: {{^}}  co_await boost::asio::steady_timer(co_await boost::asio::this_coro::executor, delay).async_wait(boost::asio::use_awaitable);{{$}}
  if (n > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(n));
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
  // CHECK-FIXES: {{^}}    co_await boost::asio::steady_timer(co_await boost::asio::this_coro::executor, std::chrono::milliseconds(n)).async_wait(boost::asio::use_awaitable);{{$}}
  ::sleep(n);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' sleeps
  // CHECK-FIXES: {{^}}  co_await boost::asio::steady_timer(co_await boost::asio::this_coro::executor, std::chrono::seconds(n)).async_wait(boost::asio::use_awaitable);{{$}}
  for (int i = 0; i < n; ++i)
    ::usleep(100 * 1000);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'usleep' sleeps
  // CHECK-FIXES: {{^}}    co_await boost::asio::steady_timer(co_await boost::asio::this_coro::executor, std::chrono::microseconds(100 * 1000)).async_wait(boost::asio::use_awaitable);{{$}}
  co_return;
}

awaitable<unsigned> not_offered(std::mutex &mutex, std::chrono::duration<double> fractional) {
  unsigned left = ::sleep(1); // the value is used
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'sleep' sleeps
  // CHECK-FIXES: {{^}}  unsigned left = ::sleep(1); // the value is used{{$}}
  ::sleep(/* seconds */ 1); // a comment would be lost
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' sleeps
  // CHECK-FIXES: {{^}}  ::sleep(/* seconds */ 1); // a comment would be lost{{$}}
  NAP; // a macro
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  // CHECK-FIXES: {{^}}  NAP; // a macro{{$}}
  std::this_thread::sleep_for(fractional); // no duration of the timer's clock
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  // CHECK-FIXES: {{^}}  std::this_thread::sleep_for(fractional); // no duration of the timer's clock{{$}}
  try {
    co_await boost::asio::post(boost::asio::use_awaitable);
  } catch (const std::exception &) {
    std::this_thread::sleep_for(1s); // co_await is not allowed in a handler
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
    // CHECK-FIXES: {{^}}    std::this_thread::sleep_for(1s); // co_await is not allowed in a handler{{$}}
    throw;
  }
  {
    std::lock_guard lock(mutex);
    std::this_thread::sleep_for(2s); // a lock is held
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
    // CHECK-FIXES: {{^}}    std::this_thread::sleep_for(2s); // a lock is held{{$}}
  }
  [] { std::this_thread::sleep_for(3s); }(); // no coroutine
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'std::this_thread::sleep_for' sleeps
  // CHECK-FIXES: {{^}}  [] { std::this_thread::sleep_for(3s); }(); // no coroutine{{$}}
  co_return left;
}
