// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A school rings a bell at the end of each lesson.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

template <class Lesson> void begin(counting_scope &school, Lesson lesson) {
  school.spawn(lesson()); // The lesson goes on when this function has returned, and its closure has died.
}

task<> morning(std::string subject) {
  counting_scope school;
  begin(school, [bell = "the end of the lesson in " + subject]() -> task<> {
    co_await sleep_for(45min);
    std::printf("%s\n", bell.c_str());
  });
  co_await school.join();
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(morning("geography"));
}
