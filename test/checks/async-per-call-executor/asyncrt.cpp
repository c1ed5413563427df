// RUN: %check_async_tidy %s async-per-call-executor -fix-notes -- -- -I%project/runtime/include

// This project's own runtime: what ends a pool, and threads that are joined off the loop.

#include <asyncrt/asyncrt.hpp>
#include <thread>
#include <vector>

using namespace asyncrt;

int price(int product);
void work();
fork_server &processes();

task<int> quote(int product) {
  thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: thread pool 'pool' ('asyncrt::thread_pool') is created and torn down with every call of coroutine 'quote'
  // CHECK-FIXES: {{^}}  static thread_pool pool(2);
  co_return co_await run_on(pool, price, product) / static_cast<int>(pool.size());
}

task<> quotes(std::vector<int> products) {
  thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: thread pool 'pool' ('asyncrt::thread_pool')
  // CHECK-FIXES: {{^}}  static thread_pool pool(2);
  co_await bulk(pool, products.size(), [&](std::size_t i) { products[i] = price(products[i]); });
}

task<int> shut_down_in_a_lambda(int product) {
  thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: thread pool 'pool' ('asyncrt::thread_pool')
  // CHECK-FIXES: {{^}}  thread_pool pool(2);
  const int result = co_await run_on(pool, price, product);
  co_await offload([&] { pool.shutdown(); });
  co_return result;
}

task<int> shut_down_by_member_pointer(int product) {
  thread_pool pool(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: thread pool 'pool' ('asyncrt::thread_pool')
  // CHECK-FIXES: {{^}}  thread_pool pool(2);
  const int result = co_await run_on(pool, price, product);
  co_await offload(&thread_pool::shutdown, &pool);
  co_return result;
}

task<int> in_a_process(int product) {
  process_pool pool(processes(), 2);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: process pool 'pool' ('asyncrt::process_pool')
  // CHECK-FIXES: {{^}}  static process_pool pool(processes(), 2);
  co_return co_await pool.run(price, product);
}

task<int> shut_down_by_await(int product) {
  process_pool pool(processes(), 2);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: process pool 'pool' ('asyncrt::process_pool')
  // CHECK-FIXES: {{^}}  process_pool pool(processes(), 2);
  const int result = co_await pool.run(price, product);
  co_await pool.shutdown();
  co_return result;
}

// The pool would keep a reference to a server that may be gone at the next call.
task<int> server_of_the_caller(fork_server &server, int product) {
  process_pool pool(server, 2);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: process pool 'pool' ('asyncrt::process_pool')
  // CHECK-FIXES: {{^}}  process_pool pool(server, 2);
  co_return co_await pool.run(price, product);
}

task<> search() {
  std::vector<std::thread> parts;
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: threads in 'parts' ('std::thread') are created and torn down with every call of coroutine 'search'
  for (int i = 0; i != 4; ++i)
    parts.emplace_back([] { work(); });
  co_await offload([&parts] {
    for (auto &part : parts)
      part.join();
  });
}
