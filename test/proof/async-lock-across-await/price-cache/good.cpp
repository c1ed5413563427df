// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A trader asks for prices, some of them twice.
#include "good_cache.hpp"

#include <cstdio>

using namespace asyncrt;

namespace {

task<> trade(price_cache &prices) {
  int sum = 0;
  for (const char *product : {"corn", "oil", "corn"})
    sum += co_await prices.get(product);
  std::printf("%d\n", sum);
}

} // namespace

int main() {
  price_cache prices;
  run(trade(prices));
}
