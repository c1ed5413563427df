// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A shop weighs a basket before it is sent.
#include "basket.hpp"

#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>

int main() {
  const std::vector<article> basket{{2, 150}, {1, 700}};
  asyncrt::testing::test_loop loop;
  std::printf("%d grams\n", loop.run(weigh(basket)));
}
