// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-swallowed-cancellation

// Boost.Asio tells cancellation by a code of an error class: what takes its place is another class.

#include <boost/asio.hpp>
#include <stdexcept>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

struct lost_connection : std::runtime_error {
  using std::runtime_error::runtime_error;
};

awaitable<std::size_t> read_some(asio::ip::tcp::socket &socket, asio::mutable_buffer to) {
  try {
    co_return co_await socket.async_read_some(to, use_awaitable);
  } catch (const boost::system::system_error &error) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (const boost::system::system_error &)' swallows the cancellation of coroutine 'read_some': it throws 'lost_connection' instead, which is taken for a failure
    // CHECK-FIXES: {{^}}    if (error.code() == boost::asio::error::operation_aborted){{$}}
    // CHECK-FIXES-NEXT: {{^}}      throw;
    throw lost_connection(error.what());
  }
}

awaitable<void> read_for_ever(asio::ip::tcp::socket &socket, asio::mutable_buffer to) {
  for (;;) {
    try {
      co_await read_some(socket, to);
    } catch (const lost_connection &) {
      socket.close();
    }
  }
}

// The code goes on.
awaitable<std::size_t> read_more(asio::ip::tcp::socket &socket, asio::mutable_buffer to) {
  try {
    co_return co_await socket.async_read_some(to, use_awaitable);
  } catch (const boost::system::system_error &error) {
    throw boost::system::system_error(error.code(), "more");
  }
}
awaitable<void> read_more_for_ever(asio::ip::tcp::socket &socket, asio::mutable_buffer to) {
  for (;;) {
    try {
      co_await read_more(socket, to);
    } catch (const std::runtime_error &error) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const std::runtime_error &)' swallows the cancellation of coroutine 'read_more_for_ever': its loop goes on
      socket.close();
    }
  }
}
