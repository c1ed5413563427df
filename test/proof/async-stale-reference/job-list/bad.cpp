// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Works on two jobs at once, of which one is cancelled.
#include "jobs.hpp"

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> cancel_soon(job_list &jobs, int number) {
  co_await sleep_for(1ms);
  jobs.cancel(number);
}

task<> shift(job_list &jobs) {
  jobs.add(1, 5);
  jobs.add(2, 5);
  co_await when_all(jobs.work_on(1), jobs.work_on(2), cancel_soon(jobs, 1));
  std::printf("%zu jobs\n", jobs.size());
}

} // namespace

int main() {
  job_list jobs;
  run(shift(jobs));
}
