// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One client: a line with a command, a line with the answer.
#pragma once

#include "journal.h"
#include "limiter.h"
#include "prices.h"
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace price_feed {

/// What all sessions share; outlives them.
struct Service {
  Prices &prices;
  Journal &journal;
  Limiter &limiter;
};

/// Serves clients on one port.
class Listener {
public:
  Listener(const boost::asio::any_io_executor &executor, unsigned short port, Service service)
      : acceptor_(executor, {boost::asio::ip::tcp::v4(), port}), service_(service) {}

  boost::asio::awaitable<void> run();
  /// Ends the accept that is waiting, and run() with it.
  void stop() { acceptor_.cancel(); }

private:
  boost::asio::ip::tcp::acceptor acceptor_;
  Service service_;
};

} // namespace price_feed
