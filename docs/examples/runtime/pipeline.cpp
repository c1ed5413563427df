// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A producer, workers that keep to a rate, a consumer; bounded channels between them, and an end without sentinels.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

constexpr int items = 20;
constexpr int workers = 3;

/// Waits whenever the channel is full: what nobody has time for is not made.
task<> produce(channel<int> &out) {
  for (int i = 1; i <= items; ++i)
    co_await out.push(i);
  out.close(); // What is inside still comes out.
}

task<> work(channel<int> &in, channel<int> &out, rate_limiter &rate) {
  while (const std::optional<int> item = co_await in.pop()) {
    co_await rate.acquire();
    co_await out.push(*item * *item);
  }
}

/// The last worker that ends closes the way behind it.
task<> all_workers(channel<int> &in, channel<int> &out) {
  rate_limiter rate(2000, 1s, 5); // All together: 2000 a second, five of them at once.
  std::vector<task<>> all;
  for (int i = 0; i < workers; ++i)
    all.push_back(work(in, out, rate));
  co_await when_all(std::move(all));
  out.close();
}

task<long> consume(channel<int> &in) {
  long sum = 0;
  while (const std::optional<int> item = co_await in.pop())
    sum += *item;
  co_return sum;
}

task<> program() {
  channel<int> raw(4), squared(4);
  // If one of them fails, the others are stopped, and all have ended when the error is here.
  const long sum = co_await with_task_group([&](task_group &group) -> task<long> {
    group.spawn(produce(raw)).detach();
    group.spawn(all_workers(raw, squared)).detach();
    co_return co_await consume(squared);
  });
  std::printf("the sum of %d squares is %ld\n", items, sum);
}

} // namespace

int main() { run(program()); }

// PRINTS: the sum of 20 squares is 2870
// PRINTS-NOT: {{.}}
