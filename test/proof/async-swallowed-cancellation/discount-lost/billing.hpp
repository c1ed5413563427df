// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sends invoices. What discount a customer has is asked elsewhere.
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>
#include <vector>

struct discounts {
  virtual ~discounts() = default;
  /// In per cent.
  virtual asyncrt::task<int> of(std::string customer) = 0;
};

struct invoice {
  std::string customer;
  int amount;
};

class billing {
public:
  explicit billing(discounts &known) : known_(known) {}

  asyncrt::task<> send(invoice i) {
    const int due = co_await amount_due(i);
    std::printf("invoice to %s: %d\n", i.customer.c_str(), due);
  }

private:
  asyncrt::task<int> amount_due(const invoice &i) {
    const int percent = co_await known_.of(i.customer);
    co_return i.amount * (100 - percent) / 100;
  }

  discounts &known_;
};
