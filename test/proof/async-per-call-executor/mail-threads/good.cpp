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
  shop(mailer &mail, thread_pool &senders) : mail_(mail), senders_(senders) {}

  void take_order(int number) {
    spawn(payment(number)).on_done([this, number](const result<void> &paid) {
      if (paid.has_value())
        spawn(confirm(number)).detach();
    });
  }

private:
  static task<> payment(int number) { co_await sleep_for(1ms * (number % 3)); }

  task<> confirm(int number) {
    const std::string text = "order " + std::to_string(number) + " is on its way";
    co_await run_on(senders_, [&] { mail_.deliver(text); });
  }

  mailer &mail_;
  thread_pool &senders_;
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
  thread_pool senders(2); // Two connections to the mail server are enough.
  shop s(mail, senders);
  run(sale(s, mail));
}
