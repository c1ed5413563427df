// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Something regular beside the work of the program, which ends with it.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Does not drift: beats come at multiples of the period, however long the work between them takes.
task<> tick(int &beats) {
  interval every(5ms);
  for (;;) {
    const auto missed = co_await every.tick(); // Where it is stopped.
    beats += 1 + static_cast<int>(missed);
  }
}

task<> program() {
  int beats = 0;
  task_handle<> ticker = spawn(tick(beats), "ticker");
  co_await sleep_for(52ms);
  ticker.request_stop();
  const bool stopped = !co_await stopped_as_optional(ticker);
  std::printf("%s: %s after %s beats\n", ticker.name(), stopped ? "stopped" : "ended",
              beats >= 10 ? "ten or more" : "few");
}

} // namespace

int main() { run(program()); }

// PRINTS: ticker: stopped after ten or more beats
// PRINTS-NOT: {{.}}
