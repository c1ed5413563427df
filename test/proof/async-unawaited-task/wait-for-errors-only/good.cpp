// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A log that is written to a disk. Whoever logs an error waits until it is there; for other lines nobody wants to wait.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

enum class level { info, error };

/// Stands for the disk.
struct disk {
  std::vector<std::string> lines;
};

task<> write(disk &to, std::string line) {
  co_await sleep_for(3ms);
  to.lines.push_back(std::move(line));
}

class logger {
public:
  explicit logger(disk &to) : to_(to) {}

  task<> log(level how_bad, std::string line) {
    auto written = spawn(write(to_, std::move(line)), "a line of the log");
    if (how_bad == level::error)
      co_await std::move(written);
    else
      others_.push_back(std::move(written)); // It is being written.
  }
  task<> flush() {
    for (auto &written : std::exchange(others_, {}))
      co_await written;
  }

private:
  disk &to_;
  std::vector<task_handle<>> others_;
};

task<> pay(logger &log, int cents) {
  co_await log.log(level::info, "payment of " + std::to_string(cents) + " begun");
  co_await sleep_for(20ms);
  if (cents > 10'000)
    co_await log.log(level::error, "payment of " + std::to_string(cents) + " refused");
  else
    co_await log.log(level::info, "payment of " + std::to_string(cents) + " done");
}

task<> cash_desk(disk &to) {
  logger log(to);
  co_await pay(log, 450);
  co_await pay(log, 99'900);
  co_await pay(log, 1'200);
  co_await log.flush();
}

} // namespace

int main() {
  disk audit;
  testing::test_loop loop;
  loop.run(cash_desk(audit));
  std::puts("what the auditor finds:");
  for (const std::string &line : audit.lines)
    std::printf("  %s\n", line.c_str());
}
