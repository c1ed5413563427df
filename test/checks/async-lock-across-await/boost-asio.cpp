// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-lock-across-await

// Boost.Asio: awaits that never suspend, completion tokens, and guards of Boost.Thread.

#include <boost/asio.hpp>
#include <boost/thread/lock_guard.hpp>
#include <boost/thread/locks.hpp>
#include <boost/thread/shared_mutex.hpp>
#include <mutex>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

class room {
public:
  awaitable<void> send(tcp::socket &client) {
    std::scoped_lock lock(mutex_);
    // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'lock' holds a lock of this thread
    co_await asio::async_write(client, asio::buffer(text_), use_awaitable);
  }
  awaitable<void> send_shared(tcp::socket &client) {
    boost::shared_lock<boost::shared_mutex> lock(shared_);
    // CHECK-MESSAGES: :[[@LINE-1]]:45: warning: 'lock' holds a lock of this thread
    co_await asio::async_write(client, asio::buffer(text_), use_awaitable);
  }
  awaitable<void> deferred(tcp::socket &client) {
    boost::unique_lock<boost::shared_mutex> lock(shared_, boost::defer_lock);
    co_await asio::async_write(client, asio::buffer(text_), use_awaitable);
    boost::lock_guard<boost::shared_mutex> guard(shared_);
    text_.clear();
  }
  awaitable<void> never_suspends() {
    std::scoped_lock lock(mutex_);
    auto executor = co_await asio::this_coro::executor;
    asio::post(executor, [] {});
  }

private:
  std::mutex mutex_;
  boost::shared_mutex shared_;
  std::string text_;
};
