// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bank prints a statement of account at the end of the month; the printer is slow, and must not hold anybody up.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <vector>

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
  std::vector<task_handle<>> printing;
  for (int account = 0; account != 3; ++account)
    printing.push_back(spawn(print_in_time(account, pages[account])));
  co_await sleep_for(1h);
  for (task_handle<> &one : printing)
    std::puts(one.error() ? "not printed" : "printed");
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(end_of_month());
}
