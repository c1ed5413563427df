// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two clerks share a printer. Whoever prints takes a turn first, so that no other page comes between theirs.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class printer {
public:
  using turn = async_mutex::guard;

  /// The printer is the caller's as long as the turn lives.
  task<turn> take_turn() {
    co_await sleep_for(1ms); // It wakes up.
    co_return co_await free_.lock_guard();
  }
  task<> print(std::string page) {
    co_await sleep_for(100ms);
    std::printf("%s\n", page.c_str());
  }

private:
  async_mutex free_;
};

task<> print_letter(printer &to, std::string addressee) {
  auto mine = to.take_turn(); // The task, not the turn. Nobody waits for the printer.
  for (int page = 1; page <= 3; ++page)
    co_await to.print("letter to " + addressee + ", page " + std::to_string(page));
}

task<> office() {
  printer shared;
  co_await when_all(print_letter(shared, "Ada"), print_letter(shared, "Grace"));
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(office());
}
