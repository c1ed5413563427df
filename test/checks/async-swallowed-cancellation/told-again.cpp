// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-swallowed-cancellation

// After the handler an operation gives its error as a value: the cancelled coroutine learns it there again.

#include <boost/asio.hpp>
#include <cstdio>
#include <vector>

namespace asio = boost::asio;
using asio::awaitable;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;

awaitable<void> handle(tcp::socket &socket);
awaitable<void> say_goodbye(tcp::socket &socket);

awaitable<void> in_the_next_round(tcp::socket socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (ec)
      co_return;
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  }
}

// A token of the project's own.
struct error_into_t {
  auto operator[](error_code &ec) const { return redirect_error(use_awaitable, ec); }
} constexpr error_into;
awaitable<void> with_a_token_of_its_own(tcp::socket socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    co_await socket.async_read_some(buffer, error_into[ec]);
    if (ec)
      co_return;
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  }
}

awaitable<void> by_the_timer_before_the_next_round(tcp::socket socket) {
  for (;;) {
    try {
      co_await handle(socket);
    } catch (const boost::system::system_error &e) {
      std::puts(e.what());
    }
    asio::steady_timer timer(socket.get_executor(), std::chrono::seconds(1));
    auto [ec] = co_await timer.async_wait(asio::as_tuple(use_awaitable));
    if (ec)
      break;
  }
}

awaitable<void> when_there_is_no_error(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
    error_code ec;
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (!ec)
      std::puts("more");
    else
      break;
  }
}

awaitable<void> by_the_condition(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  while (!ec) {
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
  }
}

awaitable<void> behind_the_test(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  do {
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (!ec)
      continue;
    co_return;
  } while (true);
}

awaitable<void> only_one_error(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (ec == asio::error::eof)
      co_return;
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} 'only_one_error': its loop goes on
      std::puts(e.what());
    }
  }
}

awaitable<void> only_some_way(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} 'only_some_way': it goes on as if nothing had happened
      std::puts(e.what());
    }
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (ec) {
      if (ec == asio::error::eof)
        co_return;
      std::puts("again");
    }
  }
}

awaitable<void> out_of_an_inner_loop(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} 'out_of_an_inner_loop': it goes on as if nothing had happened
      std::puts(e.what());
    }
    for (int i = 0; i < 3; ++i) {
      co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
      if (ec)
        break;
    }
  }
}

awaitable<void> rarely(tcp::socket &socket, asio::mutable_buffer buffer, bool rare) {
  error_code ec;
  for (;;) {
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} 'rarely': it goes on as if nothing had happened
      std::puts(e.what());
    }
    if (rare) {
      co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
      if (ec)
        co_return;
    }
  }
}

awaitable<void> nobody_asks(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'nobody_asks': its loop goes on
      std::puts(e.what());
    }
  }
}

awaitable<void> the_error_leads_on(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} it goes on as if nothing had happened
      std::puts(e.what());
    }
    error_code ec;
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (ec)
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'the_error_leads_on' treats a cancellation that 'ec' reports like any other error
      continue;
    std::puts("more");
  }
}

awaitable<void> asked_before(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    if (ec)
      break;
    try {
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} it goes on as if nothing had happened
      std::puts(e.what());
    }
    if (buffer.size() == 0)
      co_await socket.async_read_some(buffer, use_awaitable);
  }
}

awaitable<void> in_the_same_try(tcp::socket &socket, asio::mutable_buffer buffer) {
  for (;;) {
    try {
      error_code ec;
      co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
      if (ec)
        co_return;
      co_await handle(socket);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} its loop goes on
      std::puts(e.what());
    }
  }
}

// On the way out after an error nothing is left to lose.
awaitable<void> on_the_way_out(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (ec) {
      try {
        co_await say_goodbye(socket);
      } catch (const std::exception &e) {
        std::puts(e.what());
      }
      co_return;
    }
  }
}

awaitable<void> after_success(tcp::socket &socket, asio::mutable_buffer buffer) {
  error_code ec;
  for (;;) {
    co_await socket.async_read_some(buffer, redirect_error(use_awaitable, ec));
    if (!ec) {
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'after_success' treats a cancellation that 'ec' reports like any other error
      try {
        co_await say_goodbye(socket);
      } catch (const std::exception &e) {
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: {{.*}} it ends as if it had succeeded
        std::puts(e.what());
      }
      co_return;
    }
  }
}

// Each endpoint is tried; there are not many.
awaitable<void> tries_each(tcp::socket &socket, const std::vector<tcp::endpoint> &endpoints) {
  error_code ec;
  for (const tcp::endpoint &endpoint : endpoints) {
    socket.close(ec);
    if (ec)
      continue;
    co_await socket.async_connect(endpoint, redirect_error(use_awaitable, ec));
    if (!ec)
      break;
  }
}

// What is tested is the error of something else.
awaitable<void> asks_another(tcp::acceptor &acceptor, tcp::socket &socket) {
  error_code ec;
  for (;;) {
    socket.close(ec);
    if (ec)
      continue;
    co_await acceptor.async_accept(socket, redirect_error(use_awaitable, ec));
    socket.set_option(tcp::no_delay(true), ec);
    if (ec)
      std::puts("no option");
  }
}

awaitable<void> asks_this(tcp::acceptor &acceptor, tcp::socket &socket) {
  error_code ec;
  for (;;) {
    socket.close(ec);
    co_await acceptor.async_accept(socket, redirect_error(use_awaitable, ec));
    if (ec)
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'asks_this' treats a cancellation that 'ec' reports like any other error
      continue;
    socket.set_option(tcp::no_delay(true), ec);
  }
}

// A value that nobody looks at tells nobody.
awaitable<void> backs_off(tcp::acceptor &acceptor) {
  asio::steady_timer timer(acceptor.get_executor());
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(asio::as_tuple(use_awaitable));
    if (ec) {
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: coroutine 'backs_off' treats a cancellation that 'ec' reports like any other error
      timer.expires_after(std::chrono::seconds(1));
      co_await timer.async_wait(asio::as_tuple(use_awaitable));
      continue;
    }
  }
}
awaitable<void> backs_off_or_throws(tcp::acceptor &acceptor) {
  asio::steady_timer timer(acceptor.get_executor());
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(asio::as_tuple(use_awaitable));
    if (ec) {
      timer.expires_after(std::chrono::seconds(1));
      co_await timer.async_wait(use_awaitable);
      continue;
    }
  }
}
