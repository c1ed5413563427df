// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A login server on Boost.Asio: a line with a password, a line with the answer.
#include <boost/asio.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

namespace asio = boost::asio;
using asio::awaitable, asio::use_awaitable, asio::ip::tcp;

namespace {

/// So long a wrong guess costs, so that a thief cannot try a million passwords.
constexpr auto penalty = std::chrono::milliseconds(300);

awaitable<void> log_in(tcp::socket client) {
  try {
    std::string line;
    const std::size_t size = co_await asio::async_read_until(client, asio::dynamic_buffer(line), '\n', use_awaitable);
    const bool right = line.substr(0, size) == "open sesame\n";
    // It punishes everybody: whoever guesses three times a second locks all others out.
    if (!right)
      std::this_thread::sleep_for(penalty);
    co_await asio::async_write(client, asio::buffer(std::string(right ? "welcome\n" : "wrong\n")), use_awaitable);
  } catch (const boost::system::system_error &) {
    // This client is gone.
  }
}

awaitable<void> serve(tcp::acceptor &acceptor) {
  for (;;)
    asio::co_spawn(acceptor.get_executor(), log_in(co_await acceptor.async_accept(use_awaitable)), asio::detached);
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
