// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A hotel sends a postcard to a guest who leaves, and does not wait for it.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> send_postcard(const std::string &text) {
  co_await sleep_for(10ms);
  std::printf("postcard: %s\n", text.c_str());
}

task<> check_out(task_group &mail, int room) {
  const std::string text = "thank you for your stay in room " + std::to_string(room);
  mail.spawn(send_postcard(text)); // The guest need not wait; the text is gone when the postcard is written.
  co_await sleep_for(1ms);
}

task<> hotel() {
  task_group mail;
  co_await check_out(mail, 12);
  co_await mail.join();
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(hotel());
}
