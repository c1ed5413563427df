// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A shop: when an order has been paid, a mail confirms it.
#include "mailer.hpp"

#include <asyncrt/asyncrt.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class shop {
public:
  explicit shop(mailer &mail) : mail_(mail) {}

  void take_order(int number) {
    spawn(payment(number)).on_done([this, number](const result<void> &paid) {
      if (paid.has_value())
        mail_.confirm(number); // One more thread for each order, and all at once on the first day of a sale.
    });
  }

private:
  static task<> payment(int number) { co_await sleep_for(1ms * (number % 3)); }

  mailer &mail_;
};

constexpr unsigned orders = 20;

task<> sale(shop &s, mailer &mail) {
  for (unsigned order = 1; order <= orders; ++order)
    s.take_order(static_cast<int>(order));
  while (mail.so_far().sent < orders)
    co_await sleep_for(1ms);
  std::printf("%u mails, sent by %zu threads\n", orders, mail.so_far().threads);
}

} // namespace

int main() {
  mailer mail;
  shop s(mail);
  run(sale(s, mail));
}
