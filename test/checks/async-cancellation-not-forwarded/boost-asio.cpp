// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-cancellation-not-forwarded

// Real Boost.Asio: its own operations are cancelled by slots, which are passed on by themselves; a program's functions
// may take tokens all the same.

#include <boost/asio.hpp>
#include <stop_token>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

awaitable<int> query(int id, std::stop_token stop = {});

awaitable<int> sum(int count, std::stop_token stop) {
  int all = 0;
  for (int id = 0; id != count; ++id) {
    co_await asio::post(use_awaitable);
    all += co_await query(id);
    // CHECK-NOTES: :[[@LINE-1]]:21: warning: 'query' takes a stop token, and coroutine 'sum' does not pass its own, 'stop', on to it [async-cancellation-not-forwarded]
    // CHECK-NOTES: :14:46: note: this parameter is left at its default
    // CHECK-FIXES: {{^}}    all += co_await query(id, stop);{{$}}
  }
  co_return all;
}

awaitable<void> spawns(std::stop_token stop) {
  co_await asio::co_spawn(co_await asio::this_coro::executor, query(1, stop), use_awaitable);
  asio::co_spawn(co_await asio::this_coro::executor, query(2), asio::detached);
}
