// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-swallowed-cancellation

// The other way Asio reports cancellation: as one of many error codes, here in retry loops.

#include <boost/asio.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cstdio>
#include <memory>

namespace asio = boost::asio;
using asio::as_tuple;
using asio::awaitable;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

void use(tcp::socket &);
void log(const error_code &);

awaitable<void> structured_binding(tcp::acceptor &acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec) {
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'structured_binding' treats a cancellation that 'ec' reports like any other error: its loop goes on [async-swallowed-cancellation]
      std::puts("accept failed");
      continue;
    }
    use(socket);
  }
}

awaitable<void> redirected(tcp::socket &socket, tcp::endpoint peer) {
  error_code ec;
  while (true) {
    co_await socket.async_connect(peer, redirect_error(use_awaitable, ec));
    if (!ec)
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'redirected' treats a cancellation that 'ec' reports like any other error: its loop goes on
      use(socket);
  }
}

awaitable<void> tied(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  std::size_t n = 0;
  do {
    std::tie(ec, n) = co_await socket.async_read_some(buffer, as_tuple(use_awaitable));
    if (ec)
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'tied' treats a cancellation that 'ec' reports like any other error
      log(ec);
  } while (n != 0);
}

using TupleSocket = asio::as_tuple_t<asio::use_awaitable_t<>>::as_default_on_t<tcp::socket>;
awaitable<void> default_token(TupleSocket socket, asio::mutable_buffer buffer) {
  for (int failures = 0;;) {
    auto [error, n] = co_await socket.async_read_some(buffer);
    if (error.failed()) {
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'default_token' treats a cancellation that 'error' reports like any other error
      ++failures;
    } else {
      std::printf("%zu\n", n);
    }
  }
}

awaitable<void> delays_without_throwing(tcp::acceptor &acceptor, asio::steady_timer &timer) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec) {
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'delays_without_throwing' treats
      timer.expires_after(100ms);
      auto [ignored] = co_await timer.async_wait(as_tuple(use_awaitable));
      (void)ignored;
      continue;
    }
    use(socket);
  }
}

// Silent from here on.

awaitable<void> delay_throws(tcp::acceptor &acceptor, asio::steady_timer &timer) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec) {
      timer.expires_after(100ms);
      co_await timer.async_wait(use_awaitable);
      continue;
    }
    use(socket);
  }
}

awaitable<void> leaves_on_any_error(tcp::acceptor &acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec)
      break;
    use(socket);
  }
}

awaitable<void> returns_on_any_error(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    auto [ec, n] = co_await socket.async_read_some(buffer, as_tuple(use_awaitable));
    if (ec) {
      log(ec);
      co_return;
    }
  }
}

awaitable<void> compares_with_the_code(tcp::acceptor &acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec == asio::error::operation_aborted)
      co_return;
    if (ec)
      continue;
    use(socket);
  }
}

awaitable<void> compares_with_another(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    error_code ec;
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (ec == asio::error::eof)
      break;
  }
}

bool stop_requested();
awaitable<void> asks_whether_to_stop(tcp::acceptor &acceptor) {
  while (!stop_requested()) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec)
      continue;
    use(socket);
  }
}

awaitable<void> asks_the_object(tcp::acceptor &acceptor) {
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec)
      continue;
    use(socket);
  }
}

bool is_fatal(const error_code &ec) { return ec == asio::error::operation_aborted; }
awaitable<void> asks_a_function(tcp::acceptor &acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec) {
      if (is_fatal(ec))
        std::puts("closed");
      continue;
    }
    use(socket);
  }
}

struct Mailbox {
  asio::steady_timer timer_;
  int letters = 0;
  void deliver() {
    ++letters;
    timer_.cancel_one();
  }
  awaitable<void> woken_by_cancelling() {
    for (;;) {
      if (letters == 0) {
        error_code ec;
        co_await timer_.async_wait(redirect_error(use_awaitable, ec));
        if (!ec)
          std::puts("time-out");
      } else {
        --letters;
      }
    }
  }
};

awaitable<void> ignores_all_errors(tcp::acceptor &acceptor) {
  for (;;)
    if (auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable)); socket.is_open())
      use(socket);
}

awaitable<void> no_loop(tcp::socket &socket, asio::mutable_buffer buffer) {
  auto [ec, n] = co_await socket.async_read_some(buffer, as_tuple(use_awaitable));
  if (ec)
    log(ec);
}

awaitable<void> asks_the_object_in_a_round(tcp::acceptor &acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (!acceptor.is_open())
      co_return;
    if (ec)
      continue;
    use(socket);
  }
}

awaitable<void> switched_off(tcp::acceptor &acceptor) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_tuple(use_awaitable));
    if (ec)
      continue;
    use(socket);
  }
}

// The errors of an object of this round end the round.
awaitable<void> object_of_the_round(tcp::acceptor &acceptor, asio::mutable_buffer buffer) {
  for (;;) {
    auto socket = std::make_shared<tcp::socket>(acceptor.get_executor());
    auto [ec, n] = co_await socket->async_read_some(buffer, as_tuple(use_awaitable));
    if (ec) {
      log(ec);
      continue;
    }
    log(ec);
  }
}

awaitable<void> given_to_a_function(tcp::acceptor &acceptor, asio::mutable_buffer buffer) {
  for (;;) {
    tcp::socket socket(acceptor.get_executor());
    auto &stream = socket;
    auto [ec, n] = co_await asio::async_read(stream, buffer, as_tuple(use_awaitable));
    if (ec) {
      log(ec);
      continue;
    }
    log(ec);
  }
}
awaitable<void> alias_of_what_lives_longer(tcp::acceptor &acceptor, tcp::socket &socket) {
  for (;;) {
    auto &listener = acceptor;
    auto [ec] = co_await listener.async_accept(socket, as_tuple(use_awaitable));
    if (ec) {
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'alias_of_what_lives_longer' treats a cancellation
      log(ec);
      continue;
    }
    log(ec);
  }
}
