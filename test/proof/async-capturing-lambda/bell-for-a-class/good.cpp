// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A school rings a bell at the end of each lesson.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> lesson_until(std::string bell) {
  co_await sleep_for(45min);
  std::printf("%s\n", bell.c_str());
}

task<> morning(std::string subject) {
  counting_scope school;
  school.spawn(lesson_until("the end of the lesson in " + subject));
  co_await school.join();
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(morning("geography"));
}
