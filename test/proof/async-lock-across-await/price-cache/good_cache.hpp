// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Prices that were asked for before.
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>

class price_cache {
public:
  asyncrt::task<int> get(std::string product) {
    if (const int price = find(product))
      co_return price;
    const int price = co_await ask(product);
    const std::lock_guard lock(mutex_);
    prices_.emplace(std::move(product), price);
    co_return price;
  }

private:
  /// Zero if it is not known.
  int find(const std::string &product) {
    const std::lock_guard lock(mutex_);
    const auto known = prices_.find(product);
    return known == prices_.end() ? 0 : known->second;
  }

  /// Asks the exchange.
  static asyncrt::task<int> ask(std::string product) {
    co_await asyncrt::sleep_for(std::chrono::milliseconds(1));
    co_return static_cast<int>(product.size());
  }

  std::mutex mutex_; // Charts are drawn by other threads.
  std::map<std::string, int> prices_;
};
