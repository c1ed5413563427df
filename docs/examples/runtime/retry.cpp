// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Try again, each time after a longer wait, but not what cannot succeed.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <stdexcept>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

task<int> fetch(int &calls) {
  co_await sleep_for(1ms);
  ++calls;
  std::printf("call %d\n", calls);
  if (calls < 3)
    throw unavailable("try later");
  co_return 42;
}

task<> program() {
  const retry_policy policy{.attempts = 5, .wait = {.initial = 2ms, .factor = 2, .max = 10ms, .jitter = 0.5}};
  int calls = 0;
  std::printf("got %d\n", co_await retry([&calls] { return fetch(calls); }, policy));

  // Only what is worth it.
  const auto worth_it = [](const std::exception_ptr &error) {
    try {
      std::rethrow_exception(error);
    } catch (const unavailable &) {
      return true;
    } catch (...) {
      return false;
    }
  };
  const auto forbidden = []() -> task<int> {
    std::printf("call of what is forbidden\n");
    throw std::runtime_error("forbidden");
    co_return 0;
  };
  try {
    co_await retry(forbidden, policy, worth_it);
  } catch (const std::runtime_error &e) {
    std::printf("gave up: %s\n", e.what());
  }
}

} // namespace

int main() { run(program()); }

// PRINTS: call 1
// PRINTS-NEXT: call 2
// PRINTS-NEXT: call 3
// PRINTS-NEXT: got 42
// PRINTS-NEXT: call of what is forbidden
// PRINTS-NEXT: gave up: forbidden
// PRINTS-NOT: {{.}}
