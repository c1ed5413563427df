// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A station answers after a short pause, on Boost.Asio.
#include <boost/asio.hpp>

#include <chrono>
#include <cstdio>
#include <string>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> answer(const std::string &call) {
  asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(5));
  co_await pause.async_wait(asio::use_awaitable);
  std::printf("station to %s: we hear you\n", call.c_str());
}

asio::awaitable<void> receive(int boat) { co_await answer("the boat with the number " + std::to_string(boat)); }

} // namespace

int main() {
  asio::io_context loop(1);
  asio::co_spawn(loop, receive(12), asio::detached);
  loop.run();
}
