// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cmath>
#include <exception>
#include <iostream>
#include <numeric>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace price_feed {
namespace {

asio::awaitable<void> send(tcp::socket &socket, std::string line) {
  line.push_back('\n');
  co_await asio::async_write(socket, asio::buffer(line), asio::use_awaitable);
}

asio::awaitable<double> volatility(std::vector<double> history) {
  if (history.size() < 2)
    co_return 0;
  double mean = std::accumulate(history.begin(), history.end(), 0.0) / static_cast<double>(history.size());
  double squares = 0;
  for (double price : history)
    squares += (price - mean) * (price - mean);
  co_return std::sqrt(squares / static_cast<double>(history.size() - 1));
}

asio::awaitable<void> quote(tcp::socket &socket, const std::string &symbol, Service service) {
  auto price = service.prices.latest(symbol);
  std::string line =
      price.has_value() ? "QUOTE " + symbol + ' ' + std::to_string(*price) : "ERROR unknown symbol " + symbol;
  auto reply = send(socket, line);
  if (price.has_value()) {
    service.journal.append(line);
    co_await std::move(reply);
  }
}

asio::awaitable<void> risk(tcp::socket &socket, const std::string &symbol, Service service) {
  auto slot = service.limiter.acquire();
  // The loop has better things to do than arithmetic.
  asio::thread_pool workers(2);
  double result = co_await asio::co_spawn(workers, volatility(service.prices.history(symbol)), asio::use_awaitable);
  co_await send(socket, "RISK " + symbol + ' ' + std::to_string(result));
}

asio::awaitable<void> answer(tcp::socket &socket, const std::string &command, Service service) {
  if (command.starts_with("QUOTE "))
    co_await quote(socket, command.substr(6), service);
  else if (command.starts_with("RISK "))
    co_await risk(socket, command.substr(5), service);
  else
    co_await send(socket, "ERROR unknown command");
}

asio::awaitable<void> serve(tcp::socket socket, Service service) {
  std::string received;
  for (;;) {
    std::size_t length =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(received, 1024), '\n', asio::use_awaitable);
    co_await answer(socket, received.substr(0, length - 1), service);
    received.erase(0, length);
  }
}

void report_end(std::exception_ptr error) {
  try {
    if (error)
      std::rethrow_exception(error);
  } catch (const std::exception &reason) {
    std::clog << "session ended: " << reason.what() << '\n';
  }
}

} // namespace

asio::awaitable<void> Listener::run() {
  auto executor = acceptor_.get_executor();
  for (;;) {
    boost::system::error_code error;
    tcp::socket client = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      // Most likely out of file descriptors: try again, some sessions will end.
      std::clog << "accept: " << error.message() << '\n';
      continue;
    }
    asio::co_spawn(executor, serve(std::move(client), service_), report_end);
  }
}

} // namespace price_feed
