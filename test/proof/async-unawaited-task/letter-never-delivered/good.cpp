// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A post office: "leave NAME TEXT" leaves a letter for somebody, "collect NAME" gives the last one.
#include <boost/asio.hpp>

#include <csignal>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using letters = std::map<std::string, std::string>;

/// Carries a letter to the shelf where it is collected.
asio::awaitable<void> deliver(letters &shelf, std::string to, std::string text) {
  asio::steady_timer way(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
  co_await way.async_wait(asio::use_awaitable);
  shelf[to] = std::move(text);
}

asio::awaitable<std::string> answer(letters &shelf, std::string request) {
  std::istringstream words(request);
  std::string what, name, text;
  std::getline(words >> what >> name >> std::ws, text);
  if (what == "leave") {
    co_await deliver(shelf, name, text);
    co_return "delivered";
  }
  const auto found = shelf.find(name);
  co_return found == shelf.end() ? "nothing" : found->second;
}

asio::awaitable<void> attend(tcp::socket client, letters &shelf) {
  std::string input;
  for (;;) {
    const std::size_t size =
        co_await asio::async_read_until(client, asio::dynamic_buffer(input), '\n', asio::use_awaitable);
    const std::string reply = co_await answer(shelf, input.substr(0, size - 1)) + "\n";
    input.erase(0, size);
    co_await asio::async_write(client, asio::buffer(reply), asio::use_awaitable);
  }
}

asio::awaitable<void> serve(tcp::acceptor acceptor, letters &shelf) {
  for (;;)
    asio::co_spawn(acceptor.get_executor(), attend(co_await acceptor.async_accept(asio::use_awaitable), shelf),
                   asio::detached);
}

} // namespace

int main() {
  letters shelf;
  asio::io_context loop(1);
  asio::signal_set signals(loop, SIGTERM);
  signals.async_wait([&](auto...) { loop.stop(); });
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  std::printf("port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::co_spawn(loop, serve(std::move(acceptor), shelf), asio::detached);
  loop.run();
}
