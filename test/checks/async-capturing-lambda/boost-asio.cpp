// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-capturing-lambda

// The real Boost.Asio: co_spawn keeps a lambda that it is given, and not the closure of one that was called.

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using asio::awaitable;

awaitable<void> step();
void use(int);

void called_and_detached(asio::io_context &loop, int x) {
  asio::co_spawn(loop, [x]() -> awaitable<void> { co_await step(); use(x); }(), asio::detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: this lambda coroutine uses its capture 'x' when the closure is gone [async-capturing-lambda]
  asio::co_spawn(loop, [x]() -> awaitable<void> { co_await step(); use(x); }(), [](std::exception_ptr) {});
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: this lambda coroutine uses its capture 'x'
  asio::co_spawn(loop.get_executor(), [&]() -> awaitable<void> { co_await step(); use(x); }(), asio::use_future);
  // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: this lambda coroutine uses its capture 'x'
  auto done = asio::co_spawn(loop, [&]() -> awaitable<void> { co_await step(); use(x); }(), asio::use_future);
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: this lambda coroutine uses its capture 'x'
  loop.run();
  done.get();
}

struct Server {
  asio::io_context &loop;
  int clients = 0;
  void start() {
    asio::co_spawn(loop, [this]() -> awaitable<void> { co_await step(); ++clients; }(), asio::detached);
    // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: this lambda coroutine uses its capture 'this'
  }
};

void dies_before_the_loop_runs(int x) {
  asio::io_context loop;
  {
    auto work = [&]() -> awaitable<void> { co_await step(); use(x); };
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: this lambda coroutine uses its capture 'x'
    asio::co_spawn(loop, work(), asio::detached);
  }
  loop.run();
}

void silent(asio::io_context &loop, int x) {
  asio::co_spawn(loop, [x]() -> awaitable<void> { co_await step(); use(x); }, asio::detached);
  asio::co_spawn(loop, [&]() -> awaitable<void> { co_await step(); use(x); }, [](std::exception_ptr) {});
  auto named = [&]() -> awaitable<void> { co_await step(); use(x); };
  asio::co_spawn(loop, named, asio::detached);
  asio::co_spawn(loop, named(), asio::detached);
  loop.run();
}

awaitable<void> awaited(int x) {
  auto executor = co_await asio::this_coro::executor;
  co_await ([&]() -> awaitable<void> { co_await step(); use(x); }() || step());
  co_await asio::co_spawn(executor, [&]() -> awaitable<void> { co_await step(); use(x); }(), asio::use_awaitable);
  co_await asio::co_spawn(executor, [&]() -> awaitable<void> { co_await step(); use(x); }, asio::use_awaitable);
}
