// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A house is cleared, parcel by parcel.
#include "parcels.hpp"

#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> carry(parcel p) {
  co_await sleep_for(p.weight * 1min);
  std::printf("%d kg are carried\n", p.weight);
}

/// All are weighed before the first is carried.
task<> carry_all(std::vector<parcel> parcels) {
  for (const parcel &p : parcels)
    weigh(p);
  task_group carriers;
  for (const parcel &p : parcels)
    carriers.spawn(carry(p)).detach();
  co_await carriers.join();
}

task<> clear_house() {
  try {
    co_await carry_all({{12}, {35}, {8}});
  } catch (const std::invalid_argument &why) {
    std::printf("a parcel is %s\n", why.what());
  }
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(clear_house());
}
