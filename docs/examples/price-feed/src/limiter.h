// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// At most so many expensive requests at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <utility>

namespace price_feed {

/// Hands out a fixed number of slots. Used by the thread of the io_context only.
class Limiter {
public:
  /// Gives its slot back when it dies.
  class Slot {
  public:
    explicit Slot(Limiter &limiter) noexcept : limiter_(&limiter) {}
    Slot(Slot &&other) noexcept : limiter_(std::exchange(other.limiter_, nullptr)) {}
    Slot &operator=(Slot &&) = delete;
    ~Slot() {
      if (limiter_)
        limiter_->free_.try_send(boost::system::error_code());
    }

  private:
    Limiter *limiter_;
  };

  Limiter(const boost::asio::any_io_executor &executor, std::size_t slots) : free_(executor, slots) {
    for (std::size_t i = 0; i != slots; ++i)
      free_.try_send(boost::system::error_code());
  }

  /// A slot, as soon as one is free.
  boost::asio::awaitable<Slot> acquire() {
    co_await free_.async_receive(boost::asio::use_awaitable);
    co_return Slot(*this);
  }

private:
  boost::asio::experimental::channel<void(boost::system::error_code)> free_;
};

} // namespace price_feed
