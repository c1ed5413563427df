// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Buys shares at the price of the moment. When the exchange closes, whatever has not been bought by then is stopped.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <stdexcept>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct account {
  int money = 1000;
  int shares = 0;
};

/// The exchange is slow today, and refuses every other question.
task<int> ask_exchange(int attempt) {
  co_await sleep_for(40s);
  if (attempt % 2 == 1)
    throw std::runtime_error("the exchange is busy");
  co_return 250;
}

task<int> price(int yesterday) {
  for (int attempt = 1; attempt <= 5; ++attempt) {
    try {
      co_return co_await ask_exchange(attempt);
    } catch (...) { // The bell arrives here as well, and again at each further attempt.
      std::printf("attempt %d has failed\n", attempt);
    }
  }
  std::puts("no answer; taking the price of yesterday");
  co_return yesterday;
}

task<> buy(account &mine) {
  const int today = co_await price(100);
  mine.money -= today;
  ++mine.shares;
  std::printf("bought at %d\n", today);
}

task<> trading_day(account &mine) {
  task_handle<> order = spawn(buy(mine), "buy");
  co_await sleep_for(60s);
  std::puts("the bell: the exchange closes");
  order.request_stop();
  const bool stopped = !co_await stopped_as_optional(order);
  std::printf("%s; %d money and %d shares\n", stopped ? "nothing was bought" : "the order was carried out", mine.money,
              mine.shares);
}

} // namespace

int main() {
  account mine;
  testing::test_loop loop;
  loop.run(trading_day(mine));
}
