// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-dangling-task -check-suffix=TASK
// RUN: %check_async_tidy %s async-dangling-parameter -check-suffix=PARAMETER

// The real headers, whose functions are not looked into: buffers are views, timers and sockets are one of their kind.

#include <boost/asio.hpp>
#include <string>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

awaitable<std::size_t> answer(tcp::socket &client, const std::string &text) {
  co_return co_await asio::async_write(client, asio::buffer(text), use_awaitable);
}

awaitable<void> pause(asio::any_io_executor executor) {
  asio::steady_timer timer(executor, std::chrono::milliseconds(1));
  return timer.async_wait(use_awaitable);
  // CHECK-MESSAGES-TASK: :[[@LINE-1]]:10: warning: the task that is returned may still need local variable 'timer', which dies when this function ends [async-dangling-task]
}

awaitable<std::size_t> greet(tcp::socket &client, int number) {
  return answer(client, "you are number " + std::to_string(number));
  // CHECK-MESSAGES-TASK: :[[@LINE-1]]:25: warning: the task that is returned needs a temporary 'std::basic_string<char>'
}

awaitable<std::size_t> write(tcp::socket &client, int number) {
  const std::string text = std::to_string(number);
  return asio::async_write(client, asio::buffer(text), use_awaitable);
  // CHECK-MESSAGES-TASK: :[[@LINE-1]]:36: warning: the task that is returned may still need what local variable 'text' holds
}

awaitable<std::size_t> write_what_is_lent(tcp::socket &client, const std::string &text) {
  return asio::async_write(client, asio::buffer(text), use_awaitable);
}
awaitable<std::size_t> write_what_is_kept(tcp::socket &client) {
  static const char text[] = "x";
  return asio::async_write(client, asio::buffer(text), use_awaitable);
}

awaitable<void> session(tcp::socket client) {
  const std::string text = "x";
  co_await answer(client, text);
  co_await answer(client, "x");
  auto kept = answer(client, "x");
  // CHECK-MESSAGES-PARAMETER: :[[@LINE-1]]:30: warning: a temporary 'std::string' dies before the task that refers to it has ended
  co_await std::move(kept);
  auto executor = co_await asio::this_coro::executor;
  co_await asio::co_spawn(executor, answer(client, text), use_awaitable);
}

awaitable<void> in_the_background(tcp::socket client) {
  const std::string text = "x";
  asio::co_spawn(co_await asio::this_coro::executor, answer(client, text), asio::detached);
  // CHECK-MESSAGES-PARAMETER: :[[@LINE-1]]:61: warning: parameter 'client' dies before the task that refers to it has ended
  // CHECK-MESSAGES-PARAMETER: :[[@LINE-2]]:69: warning: local variable 'text' dies before the task that refers to it has ended
}

// A token is kept by value, though the function that takes it last has it by reference.
template <class Token> auto start_impl(int number, Token &&token) {
  return asio::async_initiate<Token, void(boost::system::error_code)>(
      [](auto handler, int) { std::move(handler)(boost::system::error_code{}); }, token, number);
}
template <class Token = asio::use_awaitable_t<>> auto start(int number, Token &&token = Token{}) {
  return start_impl(number, std::forward<Token>(token));
}
awaitable<void> with_the_default_token() {
  co_await start(1);
  co_await start(2, use_awaitable);
}
template <class Token = asio::use_awaitable_t<>> auto restart(int number) { return start_impl(number, Token{}); }
awaitable<void> with_a_temporary_token() { co_await restart(1); }
