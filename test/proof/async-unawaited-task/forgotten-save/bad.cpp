// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A shop takes orders, saves them, and confirms them to the customer.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <map>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct order {
  int number;
  std::string item;
};

/// Stands for the database: what is in it outlives the program.
class database {
public:
  task<> save(order placed) {
    co_await sleep_for(5ms); // The way there and back.
    rows_[placed.number] = placed.item;
  }
  task<bool> has(int number) {
    co_await sleep_for(2ms);
    co_return rows_.contains(number);
  }

private:
  std::map<int, std::string> rows_;
};

task<> confirm(const order &placed) {
  co_await sleep_for(1ms);
  std::printf("to the customer: order %d (%s) is placed\n", placed.number, placed.item.c_str());
}

task<> place_order(database &orders, order placed) {
  orders.save(placed); // Makes the task that would save the order, and throws it away.
  co_await confirm(placed);
}

task<> shop() {
  database orders;
  co_await place_order(orders, {17, "a kettle"});
  co_await place_order(orders, {18, "two cups"});
  for (int number : {17, 18})
    std::printf("order %d: %s\n", number, co_await orders.has(number) ? "in the database" : "LOST");
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(shop());
}
