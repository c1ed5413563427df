// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-per-call-executor -fix-notes

// Boost.Asio: a pool is kept for all calls only where nothing ends it.

#include <boost/asio.hpp>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

int price(int product);
awaitable<int> compute(int product);

awaitable<int> awaited(int product) {
  asio::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('boost::asio::thread_pool') is created and torn down with every call of coroutine 'awaited'
  // CHECK-FIXES: {{^}}  static asio::thread_pool pool(2);
  co_return co_await asio::co_spawn(pool, compute(product), use_awaitable);
}

awaitable<int> by_executor(int product) {
  asio::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('boost::asio::thread_pool')
  // CHECK-FIXES: {{^}}  static asio::thread_pool pool(2);
  auto executor = pool.get_executor();
  co_await asio::post(executor, use_awaitable);
  co_await asio::post(pool.get_executor(), use_awaitable);
  co_return price(product);
}

awaitable<int> joined(int product) {
  asio::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('boost::asio::thread_pool')
  // CHECK-FIXES: {{^}}  asio::thread_pool pool(2);
  const int result = co_await asio::co_spawn(pool, compute(product), use_awaitable);
  pool.join();
  co_return result;
}

awaitable<int> stopped_in_a_lambda(asio::io_context &files, int product) {
  asio::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('boost::asio::thread_pool')
  // CHECK-FIXES: {{^}}  asio::thread_pool pool(2);
  const int result = co_await asio::co_spawn(pool, compute(product), use_awaitable);
  asio::post(files, [&] { pool.stop(); });
  co_return result;
}

awaitable<int> joined_by_another_coroutine(asio::io_context &files, int product) {
  asio::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('boost::asio::thread_pool')
  // CHECK-FIXES: {{^}}  asio::thread_pool pool(2);
  const int result = co_await asio::co_spawn(pool, compute(product), use_awaitable);
  auto end = [&]() -> awaitable<void> {
    pool.join();
    co_return;
  };
  co_await asio::co_spawn(files, end(), use_awaitable);
  co_return result;
}

awaitable<int> ended_through_its_executor(int product) {
  asio::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('boost::asio::thread_pool')
  // CHECK-FIXES: {{^}}  asio::thread_pool pool(2);
  auto executor = pool.get_executor();
  const int result = co_await asio::co_spawn(executor, compute(product), use_awaitable);
  static_cast<asio::thread_pool &>(executor.context()).join();
  co_return result;
}

// Nobody but the end of the pool waits for this.
awaitable<void> not_awaited(std::vector<int> products) {
  asio::thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: thread pool 'pool' ('boost::asio::thread_pool')
  // CHECK-FIXES: {{^}}  asio::thread_pool pool(2);
  for (int &product : products)
    asio::post(pool, [&] { product = price(product); });
  co_return;
}
