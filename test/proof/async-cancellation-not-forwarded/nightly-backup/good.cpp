// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Makes the backup of the night, unless it is told to end.
#include "store.hpp"

#include <boost/asio.hpp>

#include <csignal>
#include <cstdio>
#include <stop_token>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> back_up(store &s, std::stop_token stop) {
  for (const char *table : {"orders", "customers", "prices"}) {
    if (stop.stop_requested())
      co_return;
    co_await s.copy(table, stop);
  }
}

} // namespace

int main() {
  asio::io_context context;
  std::stop_source stop;
  store s;
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&](const boost::system::error_code &, int) { stop.request_stop(); });
  asio::co_spawn(context, back_up(s, stop.get_token()), asio::detached);
  std::puts("working");
  std::fflush(stdout);
  context.run();
}
