// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A ledger that counts bookings and stores them.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <mutex>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class ledger {
public:
  task<> book(int cents) {
    count(cents);
    co_await store(cents);
  }

  void report() {
    const std::lock_guard lock(mutex_);
    std::printf("%d bookings, %d cents\n", bookings_, cents_);
  }

private:
  void count(int cents) {
    const std::lock_guard lock(mutex_);
    ++bookings_;
    cents_ += cents;
  }
  static task<> store(int) { co_await sleep_for(1ms); }

  std::mutex mutex_; // Another thread reports.
  int bookings_ = 0, cents_ = 0;
};

task<> day(ledger &l) {
  for (int cents : {1250, 399, 80})
    co_await l.book(cents);
}

} // namespace

int main() {
  ledger l;
  run(day(l));
  l.report();
}
