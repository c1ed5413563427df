// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A warehouse that orders new goods by itself when a shelf gets empty.
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <map>
#include <string>

class warehouse {
public:
  int left(const std::string &item) const { return shelves_.at(item); }
  void put(const std::string &item, int pieces) { shelves_[item] += pieces; }

  /// Takes a piece out at once, and gives the work that is to follow. Not a coroutine itself.
  asyncrt::task<> take(const std::string &item) {
    --shelves_[item];
    return refill(item);
  }

private:
  asyncrt::task<> refill(std::string item) {
    if (left(item) != 2)
      co_return;
    std::printf("        ordered from the supplier: 10 x %s\n", item.c_str());
    co_await asyncrt::sleep_for(std::chrono::hours(24));
    put(item, 10);
  }

  std::map<std::string, int> shelves_;
};
