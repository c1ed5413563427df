// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The latest price and a short history of each symbol.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace price_feed {

/// Prices by symbol. Safe to use from several threads.
class Prices {
public:
  void update(const std::string &symbol, double price) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto &history = histories_[symbol];
    history.push_back(price);
    if (history.size() > longest_)
      history.pop_front();
  }

  std::optional<double> latest(const std::string &symbol) const {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = histories_.find(symbol);
    if (found == histories_.end() || found->second.empty())
      return std::nullopt;
    return found->second.back();
  }

  std::vector<double> history(const std::string &symbol) const {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = histories_.find(symbol);
    if (found == histories_.end())
      return {};
    return {found->second.begin(), found->second.end()};
  }

private:
  static constexpr std::size_t longest_ = 4096;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<double>> histories_;
};

} // namespace price_feed
