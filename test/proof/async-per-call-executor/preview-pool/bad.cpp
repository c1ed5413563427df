// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A server of previews on Boost.Asio: a line with the name of a picture, a line with its preview.
#include <boost/asio.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

namespace asio = boost::asio;
using asio::awaitable, asio::use_awaitable, asio::ip::tcp;

namespace {

/// Keeps a processor busy for a while.
std::string shrink(const std::string &picture) {
  std::this_thread::sleep_for(std::chrono::milliseconds(300)); // In place of computing.
  return "small " + picture;
}

awaitable<void> preview(tcp::socket client) {
  try {
    std::string picture;
    co_await asio::async_read_until(client, asio::dynamic_buffer(picture), '\n', use_awaitable);
    // Four threads more for each client.
    asio::thread_pool pool(4);
    const std::string small =
        co_await asio::co_spawn(pool, [&]() -> awaitable<std::string> { co_return shrink(picture); }, use_awaitable);
    co_await asio::async_write(client, asio::buffer(small), use_awaitable);
  } catch (const boost::system::system_error &) {
    // This client is gone.
  }
}

awaitable<void> serve(tcp::acceptor &acceptor) {
  for (;;)
    asio::co_spawn(acceptor.get_executor(), preview(co_await acceptor.async_accept(use_awaitable)), asio::detached);
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
