// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Prints a report, page by page, until it is told to end.
#include <boost/asio.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <stop_token>

namespace asio = boost::asio;
using asio::awaitable, asio::use_awaitable;
using namespace std::chrono_literals;

namespace {

/// Takes two seconds; looks from time to time whether it is to stop.
awaitable<bool> render(int page, std::stop_token stop = {}) {
  asio::steady_timer step(co_await asio::this_coro::executor);
  for (int part = 0; part != 200 && !stop.stop_requested(); ++part) {
    step.expires_after(10ms);
    co_await step.async_wait(use_awaitable);
  }
  std::printf("page %d\n", page);
  co_return !stop.stop_requested();
}

awaitable<void> print_report(int pages, std::stop_token stop) {
  for (int page = 1; page <= pages && !stop.stop_requested(); ++page)
    if (!co_await render(page, stop))
      co_return;
}

} // namespace

int main() {
  asio::io_context context;
  std::stop_source stop;
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&](const boost::system::error_code &, int) { stop.request_stop(); });
  asio::co_spawn(context, print_report(3, stop.get_token()), asio::detached);
  std::puts("working");
  std::fflush(stdout);
  context.run();
}
