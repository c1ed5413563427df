// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bank prints a statement of account at the end of the month; the printer is slow, and must not hold anybody up.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> print(int pages) { co_await sleep_for(pages * 1s); }

task<> print_in_time(int account, int pages) {
  co_await with_timeout(print(pages), 10s);
  std::printf("account %d is printed\n", account);
}

task<> end_of_month() {
  const int pages[] = {3, 40, 2};
  for (int account = 0; account != 3; ++account)
    auto printing = spawn(print_in_time(account, pages[account])); // Ends with the round; the printing goes on.
  co_await sleep_for(1h);
  std::puts("the statements are printed");
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(end_of_month());
}
