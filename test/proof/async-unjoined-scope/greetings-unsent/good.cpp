// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A club sends greetings to its members, all at the same time.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> greet(std::string member) {
  co_await sleep_for(member.size() * 100ms);
  std::printf("%s is greeted\n", member.c_str());
}

task<> new_year() {
  task_group greetings;
  for (const char *member : {"Ada", "Bertrand", "Cleo"})
    greetings.spawn(greet(member)).detach();
  co_await greetings.join();
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(new_year());
  std::puts("a happy new year");
}
