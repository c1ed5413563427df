// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A second copy of a shop's stock, which is brought up to date in the background.
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <map>
#include <stdexcept>
#include <string>

class mirror {
public:
  explicit mirror(std::size_t room) : room_(room) {}

  asyncrt::task<> copy(std::string item, int left) {
    co_await asyncrt::sleep_for(std::chrono::milliseconds(5));
    if (!items_.contains(item) && items_.size() == room_)
      throw std::length_error("the mirror is full");
    items_[item] = left;
  }
  bool has(const std::string &item) const { return items_.contains(item); }

private:
  const std::size_t room_;
  std::map<std::string, int> items_;
};
