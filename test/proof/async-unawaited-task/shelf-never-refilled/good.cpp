// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A shop ships a kettle a day.
#include "warehouse.hpp"

#include <asyncrt/testing/test_loop.hpp>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Not inlined, so that stacks show it.
[[gnu::noinline]] bool ship(warehouse &stock, task_group &deliveries, int day) {
  if (stock.left("kettle") == 0) {
    std::printf("day %d: sold out\n", day);
    return false;
  }
  deliveries.spawn(stock.take("kettle"), "refill").detach();
  std::printf("day %d: a kettle is shipped\n", day);
  return true;
}

task<int> a_week(warehouse &stock) {
  co_return co_await with_task_group([&](task_group &deliveries) -> task<int> {
    int sold = 0;
    for (int day = 1; day <= 7; ++day) {
      sold += ship(stock, deliveries, day);
      co_await sleep_for(24h);
    }
    co_return sold;
  });
}

} // namespace

int main() {
  warehouse stock;
  stock.put("kettle", 4);
  testing::test_loop loop;
  std::printf("%d kettles sold in a week\n", loop.run(a_week(stock)));
}
