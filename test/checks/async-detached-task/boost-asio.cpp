// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-detached-task

// The real Boost.Asio, whose token `detached` drops the exception that co_spawn gives it.

#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <iostream>
#include <memory>
#include <stdexcept>

namespace asio = boost::asio;
using asio::detached;
using asio::use_awaitable;
using asio::ip::tcp;

void log(const char *text);

asio::awaitable<void> forward(tcp::socket &to) {
  co_await to.async_connect({asio::ip::address_v4::loopback(), 80}, use_awaitable);
  co_await asio::async_write(to, asio::buffer("order"), use_awaitable);
}

void start(asio::io_context &loop, tcp::socket &to) {
  asio::co_spawn(loop, forward(to), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'forward' fails, nobody learns of it: 'boost::asio::detached_t' drops its exception [async-detached-task]
  // CHECK-MESSAGES: :[[@LINE-7]]:12: note: 'boost::asio::basic_socket<boost::asio::ip::tcp>::async_connect' throws here when it fails
  // CHECK-MESSAGES: :[[@LINE-3]]:37: note: give it a handler that throws the exception out of the loop
}

//===-- Positions ---------------------------------------------------------------------------------------------===//

asio::awaitable<void> broken() {
  co_await asio::post(use_awaitable);
  throw std::runtime_error("broken");
}

asio::awaitable<int> broken_sum() {
  co_await broken();
  co_return 1;
}

struct service {
  asio::any_io_executor executor;
  asio::awaitable<void> run();
  void start() {
    asio::co_spawn(executor, run(), detached);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: when 'service::run' fails, nobody learns of it
  }
  asio::awaitable<void> report_forever() {
    co_await broken();
  }
};

asio::awaitable<void> service::run() { co_await report_forever(); }

void positions(asio::io_context &loop, bool c) {
  if (c)
    asio::co_spawn(loop, broken(), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: when 'broken' fails, nobody learns of it
  c ? asio::co_spawn(loop, broken(), detached) : void();
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: when 'broken' fails, nobody learns of it
  asio::co_spawn(loop, broken(), detached), c = false;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken' fails, nobody learns of it
  asio::co_spawn(loop, broken_sum(), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken_sum' fails, nobody learns of it
  asio::co_spawn(loop, broken, detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken' fails, nobody learns of it
  auto work = broken();
  asio::co_spawn(loop, std::move(work), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken' fails, nobody learns of it
  asio::co_spawn(
      loop, []() -> asio::awaitable<void> { co_await broken(); }, detached);
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: when this lambda fails, nobody learns of it
  asio::co_spawn(
      loop, []() -> asio::awaitable<void> { co_await broken(); }(), detached);
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: when this lambda fails, nobody learns of it
  asio::co_spawn(loop, [] { return broken(); }, detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken' fails, nobody learns of it
  auto later = [&loop] {
    asio::co_spawn(loop, broken(), detached);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: when 'broken' fails, nobody learns of it
  };
  later();
  asio::cancellation_signal stop;
  asio::co_spawn(loop, broken(), asio::bind_cancellation_slot(stop.slot(), detached));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken' fails, nobody learns of it
}

#define START(loop, work) asio::co_spawn(loop, work, detached)
void macro(asio::io_context &loop) {
  START(loop, broken());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken' fails, nobody learns of it
}

template <class Loop> void in_template(Loop &loop) {
  asio::co_spawn(loop, broken(), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'broken' fails, nobody learns of it
}
template void in_template(asio::io_context &);
template void in_template(asio::thread_pool &);

struct starts {
  int started;
  explicit starts(asio::io_context &loop) : started((asio::co_spawn(loop, broken(), detached), 1)) {}
  // CHECK-MESSAGES: :[[@LINE-1]]:54: warning: when 'broken' fails, nobody learns of it
};

//===-- Ways to fail ------------------------------------------------------------------------------------------===//

void check(int port) {
  if (port == 0)
    throw std::invalid_argument("port");
}

asio::awaitable<void> checks(int port) {
  check(port);
  co_return;
}

asio::awaitable<void> connects(tcp::resolver &names, tcp::socket &to) {
  auto found = co_await names.async_resolve("localhost", "80", use_awaitable);
  co_await asio::async_connect(to, found, use_awaitable);
}

asio::awaitable<void> handles_another_kind() {
  try {
    throw std::runtime_error("broken");
  } catch (const std::invalid_argument &) {
  }
  co_return;
}

asio::awaitable<void> only_rethrows(tcp::socket &to) {
  try {
    co_await forward(to);
  } catch (...) {
    throw;
  }
}

asio::awaitable<void> throws_another(tcp::socket &to) {
  try {
    co_await forward(to);
  } catch (const std::exception &e) {
    throw std::runtime_error(e.what());
  }
}

void ways(asio::io_context &loop, tcp::resolver &names, tcp::socket &to, int port) {
  asio::co_spawn(loop, checks(port), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'checks' fails, nobody learns of it
  asio::co_spawn(loop, connects(names, to), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'connects' fails, nobody learns of it
  asio::co_spawn(loop, handles_another_kind(), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'handles_another_kind' fails, nobody learns of it
  asio::co_spawn(loop, only_rethrows(to), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'only_rethrows' fails, nobody learns of it
  asio::co_spawn(loop, throws_another(to), detached);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'throws_another' fails, nobody learns of it
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

// A connection ends when the other side wants it to: reading and writing until then is no failure.
asio::awaitable<void> echo(tcp::socket client) {
  char data[1024];
  for (;;) {
    const std::size_t n = co_await client.async_read_some(asio::buffer(data), use_awaitable);
    co_await asio::async_write(client, asio::buffer(data, n), use_awaitable);
  }
}

// Waiting for time is only ever cancelled.
asio::awaitable<void> ticks() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(std::chrono::seconds(1));
    co_await timer.async_wait(use_awaitable);
  }
}

asio::awaitable<void> says_so(tcp::socket &to) {
  try {
    for (;;)
      co_await forward(to);
  } catch (const std::exception &e) {
    std::cerr << e.what() << '\n';
  }
}

asio::awaitable<void> says_so_and_ends(tcp::socket &to) {
  try {
    co_await forward(to);
  } catch (...) {
    log("connect");
    throw;
  }
}

asio::awaitable<void> whole_body(tcp::socket &to) try {
  co_await forward(to);
} catch (const std::exception &e) {
  log(e.what());
}

asio::awaitable<void> errors_are_values(tcp::socket &to) {
  boost::system::error_code error;
  co_await to.async_connect({}, asio::redirect_error(use_awaitable, error));
  auto [why] = co_await to.async_connect({}, asio::experimental::as_tuple(use_awaitable));
}

using default_token = asio::experimental::as_tuple_t<asio::use_awaitable_t<>>;
using tuple_socket = default_token::as_default_on_t<tcp::socket>;
asio::awaitable<void> values_by_default(tuple_socket &to) { auto [why] = co_await to.async_connect({}); }

asio::awaitable<void> promises_not_to(tcp::socket &to) noexcept {
  co_await forward(to);
}

// Loops that accept are detached everywhere.
asio::awaitable<void> serve(tcp::acceptor &acceptor) {
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(use_awaitable);
    asio::co_spawn(acceptor.get_executor(), echo(std::move(client)), detached);
  }
}

// When a session fails, its connection ends, which its client sees.
asio::awaitable<void> session(tcp::socket client) {
  co_await broken();
  co_await echo(std::move(client));
}
asio::awaitable<void> keeps(std::unique_ptr<tcp::socket> client) { co_await broken(); }
asio::awaitable<void> shares(std::shared_ptr<tcp::socket> client) { co_await broken(); }

class participant : public std::enable_shared_from_this<participant> {
  asio::any_io_executor executor;
  asio::awaitable<void> run() { co_await broken(); }

public:
  void start() {
    asio::co_spawn(executor, [self = shared_from_this()] { return self->run(); }, detached);
    asio::co_spawn(
        executor, [this, self = shared_from_this()]() -> asio::awaitable<void> { co_await run(); }, detached);
  }
};

void sessions(asio::io_context &loop, tcp::acceptor &acceptor, tcp::socket client) {
  asio::co_spawn(loop, serve(acceptor), detached);
  asio::co_spawn(loop, session(std::move(client)), detached);
  asio::co_spawn(loop, keeps(nullptr), detached);
  asio::co_spawn(loop, shares(nullptr), detached);
  asio::co_spawn(
      loop, [to = tcp::socket(loop)]() mutable -> asio::awaitable<void> { co_await forward(to); }, detached);
}

asio::awaitable<void> elsewhere();
asio::awaitable<void> calls_elsewhere() { co_await elsewhere(); }

asio::awaitable<void> looked_after_there(tcp::socket &to) {
  using namespace asio::experimental::awaitable_operators;
  std::variant<std::monostate, std::monostate> first = co_await (ticks() || calls_elsewhere());
  (void)first;
}

asio::awaitable<void> only_if_asked(bool strict) {
  if (strict)
    throw std::runtime_error("strict");
  co_return;
}
asio::awaitable<void> does_not_ask() { co_await only_if_asked(false); }

asio::awaitable<void> void_is_meant(asio::io_context &loop, tcp::socket &to) {
  (void)asio::co_spawn(loop, broken(), detached);
  co_await asio::co_spawn(loop, broken(), use_awaitable);
  asio::co_spawn(loop, forward(to), [](std::exception_ptr error) {
    if (error)
      std::rethrow_exception(error);
  });
  std::future<void> kept = asio::co_spawn(loop, broken(), asio::use_future);
}

void silent(asio::io_context &loop, tcp::socket &to, tuple_socket &others, asio::awaitable<void> given) {
  asio::co_spawn(loop, echo(tcp::socket(loop)), detached);
  asio::co_spawn(loop, ticks(), detached);
  asio::co_spawn(loop, says_so(to), detached);
  asio::co_spawn(loop, says_so_and_ends(to), detached);
  asio::co_spawn(loop, whole_body(to), detached);
  asio::co_spawn(loop, errors_are_values(to), detached);
  asio::co_spawn(loop, values_by_default(others), detached);
  asio::co_spawn(loop, promises_not_to(to), detached);
  asio::co_spawn(loop, elsewhere(), detached);
  asio::co_spawn(loop, calls_elsewhere(), detached);
  asio::co_spawn(loop, looked_after_there(to), detached);
  asio::co_spawn(loop, does_not_ask(), detached);
  asio::co_spawn(loop, std::move(given), detached);
}
