// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-swallowed-cancellation

// Real Boost.Asio: cancellation is a system_error with one code among many.

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cstdio>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

awaitable<void> exact_type(tcp::socket socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      co_await socket.async_read_some(buffer, use_awaitable);
    } catch (const boost::system::system_error &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const boost::system::system_error &)' swallows the cancellation of coroutine 'exact_type': its loop goes on [async-swallowed-cancellation]
      std::puts(e.what());
      // CHECK-FIXES: {{^}}    } catch (const boost::system::system_error &e) {
      // CHECK-FIXES-NEXT: {{^}}      if (e.code() == boost::asio::error::operation_aborted)
      // CHECK-FIXES-NEXT: {{^}}        throw;
    }
  }
}

awaitable<void> base(tcp::acceptor &acceptor) {
  for (;;)
    try {
      tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
      socket.close();
    } catch (std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (std::exception &)' swallows the cancellation of coroutine 'base': its loop goes on
      std::puts(e.what());
    }
}

awaitable<std::size_t> everything(tcp::socket &socket, asio::mutable_buffer buffer) {
  try {
    co_return co_await asio::async_read(socket, buffer, use_awaitable);
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'everything': it returns a value
    co_return 0;
  }
}

awaitable<void> unnamed(tcp::socket &socket, asio::mutable_buffer buffer) {
  try {
    co_await asio::async_read(socket, buffer, use_awaitable);
  } catch (const boost::system::system_error &) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} it goes on as if nothing had happened
  }
  co_await asio::async_write(socket, asio::buffer(buffer), use_awaitable);
}

awaitable<void> awaited_with_others(tcp::socket &socket, asio::mutable_buffer buffer) {
  try {
    co_await asio::async_read(socket, buffer, use_awaitable);
  } catch (const std::exception &e) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} it ends as if it had succeeded
    std::puts(e.what());
  }
}
awaitable<void> awaits_two(tcp::socket &socket, asio::mutable_buffer buffer) {
  using namespace asio::experimental::awaitable_operators;
  co_await (awaited_with_others(socket, buffer) || awaited_with_others(socket, buffer));
  std::puts("both were there");
}

// The canonical session: nothing goes on after it.
awaitable<void> echo(tcp::socket socket) {
  try {
    char data[1024];
    for (;;) {
      std::size_t n = co_await socket.async_read_some(asio::buffer(data), use_awaitable);
      co_await async_write(socket, asio::buffer(data, n), use_awaitable);
    }
  } catch (std::exception &e) {
    std::printf("echo: %s\n", e.what());
  }
}
awaitable<void> listener(tcp::acceptor &acceptor) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    co_spawn(acceptor.get_executor(), echo(std::move(socket)), asio::detached);
  }
}

awaitable<void> looks_at_the_code(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      co_await socket.async_read_some(buffer, use_awaitable);
    } catch (const boost::system::system_error &e) {
      if (e.code() == asio::error::operation_aborted)
        co_return;
      std::puts(e.what());
    }
  }
}

awaitable<void> rethrows_all_but_one(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      co_await socket.async_read_some(buffer, use_awaitable);
    } catch (const boost::system::system_error &e) {
      if (e.code() != asio::error::eof)
        throw;
    }
  }
}

awaitable<boost::system::error_code> turns_it_into_a_value(tcp::socket &socket, asio::mutable_buffer buffer) {
  try {
    co_await socket.async_read_some(buffer, use_awaitable);
  } catch (const boost::system::system_error &e) {
    co_return e.code();
  }
  co_return boost::system::error_code();
}

awaitable<void> keeps_the_code(tcp::socket &socket, asio::mutable_buffer buffer) {
  boost::system::error_code error;
  try {
    co_await socket.async_read_some(buffer, use_awaitable);
  } catch (const boost::system::system_error &e) {
    error = e.code();
  }
  co_await async_write(socket, asio::buffer(error.message()), use_awaitable);
}

awaitable<void> asks_the_state(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      co_await socket.async_read_some(buffer, use_awaitable);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
    if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
      co_return;
  }
}

awaitable<void> only_the_executor_is_awaited() {
  for (;;) {
    try {
      auto executor = co_await asio::this_coro::executor;
      asio::post(executor, [] {});
    } catch (...) {
    }
  }
}

awaitable<void> switched_off(tcp::socket &socket, asio::mutable_buffer buffer) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  for (;;) {
    try {
      co_await socket.async_read_some(buffer, use_awaitable);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  }
}

awaitable<void> switched_on_again(tcp::socket &socket, asio::mutable_buffer buffer) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  for (;;) {
    try {
      co_await socket.async_read_some(buffer, use_awaitable);
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'switched_on_again': its loop goes on
    }
  }
}

awaitable<void> errno_of_the_code(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      co_await socket.async_read_some(buffer, use_awaitable);
    } catch (const boost::system::system_error &e) {
      if (e.code().value() == ECANCELED)
        co_return;
      std::puts(e.what());
    }
  }
}

// Nobody learns how it ended, and the exception would have been thrown away.
awaitable<void> serves(tcp::socket socket, asio::mutable_buffer buffer) {
  co_await socket.async_read_some(buffer, use_awaitable);
  try {
    co_await socket.async_read_some(buffer, use_awaitable);
  } catch (...) {
  }
}
awaitable<void> greets_and_serves(tcp::socket socket, asio::mutable_buffer buffer) {
  co_await socket.async_read_some(buffer, use_awaitable);
  co_await serves(std::move(socket), buffer);
}
awaitable<void> serves_before(tcp::socket &socket, asio::mutable_buffer buffer) {
  try {
    co_await socket.async_read_some(buffer, use_awaitable);
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'serves_before': it ends as if it had succeeded
  }
}
awaitable<void> goes_on(tcp::socket socket, asio::mutable_buffer buffer) {
  co_await serves_before(socket, buffer);
  co_await socket.async_read_some(buffer, use_awaitable);
}
awaitable<void> logs_after_a_handshake(tcp::socket socket, asio::mutable_buffer buffer) {
  co_await socket.async_read_some(buffer, use_awaitable);
  try {
    co_await socket.async_read_some(buffer, use_awaitable);
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
}
void accepted(asio::io_context &context, tcp::socket one, tcp::socket two, tcp::socket three, asio::mutable_buffer buffer) {
  asio::co_spawn(context, greets_and_serves(std::move(one), buffer), asio::detached);
  asio::co_spawn(context, goes_on(std::move(two), buffer), asio::detached);
  asio::co_spawn(context, logs_after_a_handshake(std::move(three), buffer), asio::detached);
}

// Nothing is awaited any more; what is done is to clean up.
void forget(int);
awaitable<void> cleans_up(tcp::socket socket, asio::mutable_buffer buffer) {
  try {
    co_await socket.async_read_some(buffer, use_awaitable);
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  forget(1);
}
void accepted_once(asio::io_context &context, tcp::socket socket, asio::mutable_buffer buffer) {
  asio::co_spawn(context, cleans_up(std::move(socket), buffer), asio::detached);
}
