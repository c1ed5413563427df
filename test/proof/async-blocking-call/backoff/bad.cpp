// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A node of a cluster: it fetches prices from a server that is not always there, and tells its peers that it is alive.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// A server that is busy at first.
class price_server {
public:
  task<std::optional<int>> ask() {
    co_await sleep_for(1ms); // In place of a network.
    if (++asked_ < 4)
      co_return std::nullopt;
    co_return 42;
  }

private:
  unsigned asked_ = 0;
};

/// Asks again and again, each time after a longer wait.
task<int> fetch_price(price_server &server) {
  std::chrono::milliseconds wait = 10ms;
  for (;;) {
    if (const std::optional<int> price = co_await server.ask())
      co_return *price;
    // Nobody else gets to run while this thread sleeps.
    std::this_thread::sleep_for(wait);
    wait *= 2;
  }
}

/// Peers that hear nothing for 30 ms take this node for dead.
task<> beat(unsigned &beats) {
  interval every(10ms);
  for (;;) {
    co_await every.tick();
    ++beats;
  }
}

task<> node() {
  price_server server;
  unsigned beats = 0;
  task_handle<> heart = spawn(beat(beats), "heart");
  const int price = co_await fetch_price(server);
  std::printf("the price is %d; %s\n", price, beats >= 5 ? "alive" : "dead for the cluster");
  heart.request_stop();
  co_await stopped_as_optional(heart);
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(node());
}
