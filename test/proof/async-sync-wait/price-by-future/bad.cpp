// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A price server on Boost.Asio: a line with an article, a line with its price.
#include <boost/asio.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

namespace asio = boost::asio;
using asio::awaitable, asio::use_awaitable, asio::use_future, asio::ip::tcp;

namespace {

awaitable<int> price_of(std::string article) {
  // In place of a database.
  asio::steady_timer answer(co_await asio::this_coro::executor, std::chrono::milliseconds(2));
  co_await answer.async_wait(use_awaitable);
  co_return static_cast<int>(article.size());
}

awaitable<void> session(tcp::socket client) {
  try {
    const auto executor = co_await asio::this_coro::executor;
    std::string line;
    const std::size_t size = co_await asio::async_read_until(client, asio::dynamic_buffer(line), '\n', use_awaitable);
    // The loop that would run price_of() is the one that waits for it here.
    const int price = asio::co_spawn(executor, price_of(line.substr(0, size - 1)), use_future).get();
    co_await asio::async_write(client, asio::buffer(std::to_string(price) + "\n"), use_awaitable);
  } catch (const boost::system::system_error &) {
    // This client is gone.
  }
}

awaitable<void> serve(tcp::acceptor &acceptor) {
  for (;;)
    asio::co_spawn(acceptor.get_executor(), session(co_await acceptor.async_accept(use_awaitable)), asio::detached);
}

} // namespace

int main() {
  asio::io_context context;
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  std::printf("port %d\n", static_cast<int>(acceptor.local_endpoint().port()));
  std::fflush(stdout);
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&](const boost::system::error_code &, int) { context.stop(); });
  asio::co_spawn(context, serve(acceptor), asio::detached);
  context.run();
}
