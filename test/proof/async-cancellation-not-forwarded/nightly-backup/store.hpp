// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A store that can be copied, table by table.
#pragma once

#include <boost/asio.hpp>

#include <chrono>
#include <stop_token>
#include <string>

class store {
public:
  /// Takes two seconds.
  boost::asio::awaitable<void> copy(std::string table) { return copy(std::move(table), std::stop_token()); }
  /// The same, but ends soon after a stop.
  boost::asio::awaitable<void> copy(std::string table, std::stop_token stop) {
    boost::asio::steady_timer step(co_await boost::asio::this_coro::executor);
    for (int part = 0; part != 200 && !stop.stop_requested(); ++part) {
      step.expires_after(std::chrono::milliseconds(10));
      co_await step.async_wait(boost::asio::use_awaitable);
      copied_ += table.size();
    }
  }

private:
  std::size_t copied_ = 0;
};
