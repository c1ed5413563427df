// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A server of numbers on Boost.Asio, with two threads: a guest gets a line with a number and sends a line with a name.
#include <boost/asio.hpp>

#include <csignal>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

namespace asio = boost::asio;
using asio::awaitable, asio::use_awaitable, asio::ip::tcp;

namespace {

std::mutex counting;
int guests = 0;

awaitable<void> welcome(tcp::socket guest) {
  try {
    int number = 0;
    std::string name;
    const std::lock_guard lock(counting);
    number = ++guests;
    // The next guest's number has to wait for this one's name.
    co_await asio::async_write(guest, asio::buffer("number " + std::to_string(number) + "\n"), use_awaitable);
    co_await asio::async_read_until(guest, asio::dynamic_buffer(name), '\n', use_awaitable);
  } catch (const boost::system::system_error &) {
    // This guest is gone.
  }
}

awaitable<void> serve(tcp::acceptor &acceptor) {
  for (;;)
    asio::co_spawn(acceptor.get_executor(), welcome(co_await acceptor.async_accept(use_awaitable)), asio::detached);
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
  std::thread second([&] { context.run(); });
  context.run();
  second.join();
}
