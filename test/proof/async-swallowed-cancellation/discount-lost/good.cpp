// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Invoices of a day. At six the office closes: what has not been sent by then is stopped, and sent tomorrow.
#include "billing.hpp"

#include <asyncrt/testing/test_loop.hpp>

#include <map>
#include <stdexcept>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Asks the department that knows, which takes its time.
class discounts_by_phone final : public discounts {
public:
  task<int> of(std::string customer) override {
    try {
      co_return co_await call(customer);
    } catch (const std::out_of_range &) {
      co_return 0; // Whoever is not known has none.
    }
  }

private:
  task<int> call(std::string customer) {
    co_await sleep_for(3h);
    if (const auto found = percents_.find(customer); found != percents_.end())
      co_return found->second;
    throw std::out_of_range("no such customer");
  }

  std::map<std::string, int> percents_ = {{"Ada", 20}, {"Grace", 50}};
};

task<> afternoon(billing &office) {
  co_await with_task_group([&](task_group &invoices) -> task<> {
    invoices.spawn(office.send({"Ada", 1000}), "Ada").detach();
    co_await sleep_for(4h);
    invoices.spawn(office.send({"Grace", 1000}), "Grace").detach();
    co_await sleep_for(1h);
    std::puts("six o'clock: the office closes");
    invoices.request_stop();
  });
}

} // namespace

int main() {
  discounts_by_phone known;
  billing office(known);
  testing::test_loop loop;
  loop.run(afternoon(office));
  std::puts("good night");
}
