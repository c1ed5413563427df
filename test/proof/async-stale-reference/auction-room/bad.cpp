// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// An auction on Boost.Asio, whose bidders hang up when they like.
#include <boost/asio.hpp>

#include <chrono>
#include <cstdio>
#include <list>

namespace asio = boost::asio;
using asio::awaitable, asio::use_awaitable;

namespace {

awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(use_awaitable);
}

class auction {
public:
  awaitable<void> bidder(int number, std::chrono::milliseconds patience) {
    bidders_.push_back(number);
    co_await pause(patience);
    bidders_.remove(number);
  }

  awaitable<void> tell(int price) {
    for (const int bidder : bidders_) {
      std::printf("bidder %d: %d\n", bidder, price);
      co_await pause(std::chrono::milliseconds(5)); // In place of a write.
    }
  }

private:
  std::list<int> bidders_;
};

} // namespace

int main() {
  asio::io_context context;
  auction a;
  asio::co_spawn(context, a.bidder(1, std::chrono::milliseconds(2)), asio::detached);
  asio::co_spawn(context, a.bidder(2, std::chrono::milliseconds(50)), asio::detached);
  asio::co_spawn(context, a.tell(100), asio::detached);
  context.run();
}
