// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A shop ships a kettle a day.
#include "warehouse.hpp"

#include <asyncrt/testing/test_loop.hpp>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Not inlined, so that stacks show it.
[[gnu::noinline]] bool ship(warehouse &stock, int day) {
  if (stock.left("kettle") == 0) {
    std::printf("day %d: sold out\n", day);
    return false;
  }
  // Does half of its work, which is why nobody notices: the piece is gone, and the task that refills the shelf as well.
  stock.take("kettle");
  std::printf("day %d: a kettle is shipped\n", day);
  return true;
}

task<int> a_week(warehouse &stock) {
  int sold = 0;
  for (int day = 1; day <= 7; ++day) {
    sold += ship(stock, day);
    co_await sleep_for(24h);
  }
  co_return sold;
}

} // namespace

int main() {
  warehouse stock;
  stock.put("kettle", 4);
  testing::test_loop loop;
  std::printf("%d kettles sold in a week\n", loop.run(a_week(stock)));
}
