// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "upstream.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <iostream>
#include <sstream>
#include <thread>

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace price_feed {
namespace {

/// A connection to \p exchange that has said hello.
asio::awaitable<tcp::socket> connect(const std::string &exchange, Directory &directory) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(directory.endpoint(exchange), asio::use_awaitable);
  socket.set_option(tcp::no_delay(true));
  co_await asio::async_write(socket, asio::buffer("SUBSCRIBE *\n", 12), asio::use_awaitable);
  // The exchange drops clients that speak before it has set up the subscription.
  std::this_thread::sleep_for(100ms);
  co_return socket;
}

void store(const std::string &line, Prices &prices) {
  std::istringstream words(line);
  std::string symbol;
  double price = 0;
  if (words >> symbol >> price)
    prices.update(symbol, price);
}

asio::awaitable<void> read_prices(tcp::socket socket, Prices &prices) {
  std::string received;
  for (;;) {
    std::size_t length =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(received, 65536), '\n', asio::use_awaitable);
    store(received.substr(0, length - 1), prices);
    received.erase(0, length);
  }
}

} // namespace

asio::awaitable<void> follow(std::string exchange, Directory &directory, Prices &prices) {
  asio::steady_timer pause(co_await asio::this_coro::executor, 0s);
  for (;;) {
    try {
      co_await pause.async_wait(asio::use_awaitable);
      pause.expires_after(5s);
      co_await read_prices(co_await connect(exchange, directory), prices);
    } catch (...) {
      std::clog << exchange << ": connection lost\n";
    }
  }
}

} // namespace price_feed
