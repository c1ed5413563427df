// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Watches a directory, until it is told to end.
#include <boost/asio.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <stop_token>

namespace asio = boost::asio;
using asio::awaitable, asio::use_awaitable;
using namespace std::chrono_literals;

namespace {

/// Two seconds of a watch that has no end.
awaitable<void> watch(std::stop_token stop) {
  asio::steady_timer again(co_await asio::this_coro::executor);
  for (int times = 0; times != 20; ++times) {
    again.expires_after(100ms);
    co_await again.async_wait(use_awaitable); // Whoever wants it to end is not heard.
  }
}

} // namespace

int main() {
  asio::io_context context;
  std::stop_source stop;
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&](const boost::system::error_code &, int) { stop.request_stop(); });
  asio::co_spawn(context, watch(stop.get_token()), asio::detached);
  std::puts("working");
  std::fflush(stdout);
  context.run();
}
