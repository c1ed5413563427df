// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The subscription to one exchange: keeps the prices current until it is cancelled.
#pragma once

#include "directory.h"
#include "prices.h"
#include <boost/asio/awaitable.hpp>
#include <string>

namespace price_feed {

/// Follows \p exchange, connecting again after every failure.
boost::asio::awaitable<void> follow(std::string exchange, Directory &directory, Prices &prices);

} // namespace price_feed
