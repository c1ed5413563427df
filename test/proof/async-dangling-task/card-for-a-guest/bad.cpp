// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A reception prints a card for each guest.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> print_card(const std::string &name) {
  co_await sleep_for(5ms); // The printer warms up.
  std::printf("welcome, %s\n", name.c_str());
}

task<> welcome(int number) {
  const std::string name = "guest number " + std::to_string(number) + " of the conference";
  return print_card(name); // The card is printed later; the name is gone as soon as this returns.
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(welcome(7));
}
