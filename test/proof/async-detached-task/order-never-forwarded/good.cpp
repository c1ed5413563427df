// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A shop: "order WHAT" is confirmed, and forwarded to a warehouse; "books" tells what came of all orders.
#include <boost/asio.hpp>

#include <csignal>
#include <cstdio>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

struct books {
  int confirmed = 0, forwarded = 0, failed = 0;
};

/// The warehouse does not answer today: nobody listens on its port.
asio::awaitable<void> forward(books &all, std::string order) {
  tcp::socket warehouse(co_await asio::this_coro::executor);
  co_await warehouse.async_connect({asio::ip::address_v4::loopback(), 1}, asio::use_awaitable);
  co_await asio::async_write(warehouse, asio::buffer(order), asio::use_awaitable);
  ++all.forwarded;
}

asio::awaitable<std::string> answer(books &all, std::string request) {
  const auto loop = co_await asio::this_coro::executor;
  if (!request.starts_with("order "))
    co_return std::to_string(all.confirmed) + " confirmed, " + std::to_string(all.forwarded) + " forwarded, " +
        std::to_string(all.failed) + " failed";
  asio::co_spawn(loop, forward(all, request.substr(6)), [&all](std::exception_ptr error) {
    if (error)
      ++all.failed;
  });
  ++all.confirmed;
  co_return "confirmed";
}

asio::awaitable<void> attend(tcp::socket client, books &all) {
  std::string input;
  for (;;) {
    const std::size_t size =
        co_await asio::async_read_until(client, asio::dynamic_buffer(input), '\n', asio::use_awaitable);
    const std::string reply = co_await answer(all, input.substr(0, size - 1)) + "\n";
    input.erase(0, size);
    co_await asio::async_write(client, asio::buffer(reply), asio::use_awaitable);
  }
}

asio::awaitable<void> serve(tcp::acceptor acceptor, books &all) {
  for (;;)
    asio::co_spawn(acceptor.get_executor(), attend(co_await acceptor.async_accept(asio::use_awaitable), all),
                   asio::detached);
}

} // namespace

int main() {
  books all;
  asio::io_context loop(1);
  asio::signal_set signals(loop, SIGTERM);
  signals.async_wait([&](auto...) { loop.stop(); });
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  std::printf("port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::co_spawn(loop, serve(std::move(acceptor), all), [](std::exception_ptr error) {
    if (error)
      std::rethrow_exception(error);
  });
  for (;;)
    try {
      loop.run();
      return 0;
    } catch (const std::exception &) {
      ++all.failed;
    }
}
