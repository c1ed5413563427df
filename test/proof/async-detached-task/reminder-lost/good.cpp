// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A clinic reminds patients of their appointments, by text message.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct patient {
  std::string name, phone;
};

task<> send_text(const std::string &phone) {
  co_await sleep_for(100ms);
  if (phone.empty())
    throw std::invalid_argument("no number to send to");
}

task<> remind(patient whom) {
  try {
    co_await send_text(whom.phone);
    std::printf("%s is reminded\n", whom.name.c_str());
  } catch (const std::exception &why) {
    std::printf("call %s: %s\n", whom.name.c_str(), why.what());
  }
}

task<> evening_before(std::vector<patient> tomorrow) {
  for (patient &whom : tomorrow)
    spawn(remind(std::move(whom))).detach();
  co_await sleep_for(1s);
  std::puts("all are reminded, or to be called");
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(evening_before({{"Ada", "0151 1"}, {"Ben", ""}, {"Cleo", "0151 3"}}));
}
