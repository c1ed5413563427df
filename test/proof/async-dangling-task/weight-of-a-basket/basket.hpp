// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <span>
#include <vector>

struct article {
  int pieces;
  int grams;
};

inline asyncrt::task<int> sum(std::span<const int> grams) {
  co_await asyncrt::yield();
  int all = 0;
  for (int each : grams)
    all += each;
  co_return all;
}

inline asyncrt::task<int> weigh(const std::vector<article> &basket) {
  std::vector<int> grams;
  for (const article &each : basket)
    grams.push_back(each.pieces * each.grams);
  return sum(grams); // The vector dies here, and the task looks at it when it is awaited.
}
