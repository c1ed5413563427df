// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A price list: "price WHAT" asks two suppliers at the same time, and answers what is cheaper.
#include <boost/asio.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Coroutines that have to have ended before something else is gone. Must be joined.
class nursery {
public:
  explicit nursery(asio::any_io_executor loop) : loop_(loop), ended_(loop, asio::steady_timer::time_point::max()) {}
  nursery(const nursery &) = delete;
  ~nursery() {
    if (running_ != 0)
      std::terminate();
  }
  void spawn(asio::awaitable<void> work) {
    ++running_;
    asio::co_spawn(loop_, std::move(work), [this](std::exception_ptr) {
      if (--running_ == 0)
        ended_.cancel();
    });
  }
  asio::awaitable<void> join() {
    boost::system::error_code ended;
    while (running_ != 0)
      co_await ended_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  }

private:
  asio::any_io_executor loop_;
  asio::steady_timer ended_;
  int running_ = 0;
};

asio::awaitable<void> ask(std::map<std::string, int> prices, std::string what, int &cheapest) {
  asio::steady_timer post(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
  co_await post.async_wait(asio::use_awaitable);
  if (auto found = prices.find(what); found != prices.end())
    cheapest = std::min(cheapest, found->second);
}

asio::awaitable<std::string> answer(std::string what) {
  int cheapest = 1000;
  nursery suppliers(co_await asio::this_coro::executor);
  suppliers.spawn(ask({{"kettle", 30}, {"lamp", 12}}, what, cheapest));
  if (what.size() > 10)
    co_return "too long"; // Somebody is being asked already.
  suppliers.spawn(ask({{"kettle", 28}}, what, cheapest));
  co_await suppliers.join();
  co_return cheapest < 1000 ? std::to_string(cheapest) : "not to be had";
}

asio::awaitable<void> attend(tcp::socket client) {
  std::string input;
  for (;;) {
    const std::size_t size =
        co_await asio::async_read_until(client, asio::dynamic_buffer(input), '\n', asio::use_awaitable);
    const std::string reply = co_await answer(input.substr(0, size - 1)) + "\n";
    input.erase(0, size);
    co_await asio::async_write(client, asio::buffer(reply), asio::use_awaitable);
  }
}

asio::awaitable<void> serve(tcp::acceptor acceptor) {
  for (;;)
    asio::co_spawn(acceptor.get_executor(), attend(co_await acceptor.async_accept(asio::use_awaitable)),
                   asio::detached);
}

} // namespace

int main() {
  asio::io_context loop(1);
  asio::signal_set signals(loop, SIGTERM);
  signals.async_wait([&](auto...) { loop.stop(); });
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  std::printf("port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::co_spawn(loop, serve(std::move(acceptor)), [](std::exception_ptr error) {
    if (error)
      std::rethrow_exception(error);
  });
  loop.run();
}
