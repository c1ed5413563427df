// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// price-feed: follows exchanges and tells clients what things cost.
#include "directory.h"
#include "journal.h"
#include "limiter.h"
#include "prices.h"
#include "session.h"
#include "upstream.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <list>

namespace asio = boost::asio;

int main(int argc, char **argv) {
  if (argc != 3) {
    std::cerr << "usage: price-feed <port> <journal>\n";
    return 2;
  }
  try {
    asio::io_context loop(1);
    price_feed::Directory directory;
    directory.add("north", "north.exchange.example", 7001);
    directory.add("south", "south.exchange.example", 7001);
    price_feed::Prices prices;
    price_feed::Journal journal(argv[2]);
    price_feed::Limiter limiter(loop.get_executor(), 2);

    auto report = [](std::exception_ptr error) {
      if (error)
        std::cerr << "stopped by an error\n";
    };
    std::list<asio::cancellation_signal> stops;
    for (const char *exchange : {"north", "south"})
      asio::co_spawn(loop, price_feed::follow(exchange, directory, prices),
                     asio::bind_cancellation_slot(stops.emplace_back().slot(), report));
    price_feed::Listener listener(loop.get_executor(), static_cast<unsigned short>(std::stoi(argv[1])),
                                  {prices, journal, limiter});
    asio::co_spawn(loop, listener.run(), report);

    asio::signal_set signals(loop, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code error, int) {
      if (error)
        return;
      listener.stop();
      for (auto &stop : stops)
        stop.emit(asio::cancellation_type::terminal);
    });
    loop.run();
  } catch (const std::exception &error) {
    std::cerr << "price-feed: " << error.what() << '\n';
    return 1;
  }
}
