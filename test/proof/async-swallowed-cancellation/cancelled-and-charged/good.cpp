// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A customer pays by card; if the bank takes too long, the voucher is used up instead.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct customer {
  int voucher = 50;
  int paid_by_card = 0;
};

task<> charge_card(customer &who, int amount) {
  co_await sleep_for(8s); // The bank.
  who.paid_by_card += amount;
}

task<> redeem_voucher(customer &who, int amount) {
  co_await sleep_for(10ms);
  who.voucher -= amount;
}

task<> pay(customer &who, int amount) {
  try {
    co_await with_timeout(charge_card(who, amount), 20s);
    co_return;
  } catch (const timeout_error &) {
    std::puts("the bank is too slow, taking the voucher");
  }
  // Half of it would be worse than all of it.
  co_await unstoppable(redeem_voucher(who, amount));
}

task<> check_out(customer &who) {
  task_handle<> payment = spawn(pay(who, 50), "payment");
  co_await sleep_for(3s);
  std::puts("the customer presses \"cancel\"");
  payment.request_stop();
  if (co_await stopped_as_optional(payment))
    std::puts("the order is paid");
  else
    std::puts("the order is cancelled");
}

} // namespace

int main() {
  customer who;
  testing::test_loop loop;
  loop.run(check_out(who));
  std::printf("left on the voucher: %d; paid by card: %d\n", who.voucher, who.paid_by_card);
}
