// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A station announces late trains, on Boost.Asio.
#include <boost/asio.hpp>

#include <chrono>
#include <cstdio>
#include <string>

namespace asio = boost::asio;

namespace {

void announce(asio::io_context &loop, const std::string &train, int minutes) {
  asio::co_spawn(
      loop,
      [&loop, text = train + " is late by " + std::to_string(minutes) + " minutes"]() -> asio::awaitable<void> {
        asio::steady_timer pause(loop, std::chrono::milliseconds(5));
        co_await pause.async_wait(asio::use_awaitable);
        std::printf("%s\n", text.c_str());
      }(), // The closure dies when it has been called.
      asio::detached);
}

} // namespace

int main() {
  asio::io_context loop(1);
  announce(loop, "the night train to Narvik", 12);
  loop.run();
}
