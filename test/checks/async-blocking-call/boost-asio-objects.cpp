// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-blocking-call

// Real Boost.Asio: function objects that a loop calls, most of which give themselves to it again.

#include <boost/asio.hpp>
#include <boost/asio/append.hpp>
#include <boost/bind/bind.hpp>
#include <chrono>
#include <functional>
#include <thread>

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

struct gives_itself : asio::coroutine {
  asio::steady_timer &timer;
  void operator()(error_code = {}) {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs event loop callback 'operator()'
    timer.async_wait(*this);
  }
};
struct by_reference {
  asio::io_context &context;
  void operator()() {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
    asio::post(context, std::ref(*this));
  }
};
struct with_more {
  asio::steady_timer &timer;
  void operator()(error_code = {}, int = 0) {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
    timer.async_wait(asio::append(*this, 3));
  }
};
struct bound {
  asio::io_context &context;
  asio::steady_timer &timer;
  void operator()(error_code = {}) {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
    timer.async_wait(asio::bind_executor(context, std::move(*this)));
  }
};
struct two_away {
  asio::steady_timer &timer;
  void again() { timer.async_wait(asio::bind_allocator(std::allocator<void>(), *this)); }
  void work() { std::this_thread::sleep_for(1s); }
  void operator()(error_code = {}) {
    work();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'work' blocks
    again();
  }
};
struct held {
  void operator()() const {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
  }
};
struct owner {
  held member;
  void start(asio::io_context &context) { asio::post(context, member); }
};

struct bound_by_boost {
  asio::steady_timer &timer;
  void work(error_code) {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs event loop callback 'work'
    timer.async_wait(boost::bind(&bound_by_boost::work, this, boost::placeholders::_1));
  }
  void operator()(error_code) {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
    timer.async_wait(asio::append(boost::bind<void>(*this, boost::placeholders::_1), 1));
  }
};

// These run elsewhere, or may.
struct bound_for_a_pool {
  void work() { std::this_thread::sleep_for(1s); }
  void start(asio::thread_pool &pool) {
    asio::post(pool, boost::bind(&bound_for_a_pool::work, this));
    std::thread(boost::bind(&bound_for_a_pool::work, this)).detach();
    auto kept = boost::bind(&bound_for_a_pool::work, this);
  }
};
struct on_a_pool {
  void operator()() const { std::this_thread::sleep_for(1s); }
};
struct on_any {
  asio::steady_timer &timer;
  void operator()(error_code = {}) {
    std::this_thread::sleep_for(1s);
    timer.async_wait(asio::bind_executor(timer.get_executor(), *this));
  }
};
struct there_and_back {
  asio::io_context &context;
  asio::thread_pool &pool;
  int state = 0;
  void operator()() {
    switch (state++) {
    case 0:
      asio::post(pool, *this);
      break;
    case 1:
      std::this_thread::sleep_for(1s);
      asio::post(context, *this);
    }
  }
};
struct there_and_back_in_parts {
  asio::io_context &context;
  asio::any_io_executor any;
  void leave() { asio::post(any, *this); }
  void operator()() {
    leave();
    std::this_thread::sleep_for(1s);
    asio::post(context, *this);
  }
};
struct may_be_another {
  virtual void operator()() { std::this_thread::sleep_for(1s); }
};
struct overloaded {
  asio::steady_timer &timer;
  void operator()() { std::this_thread::sleep_for(1s); }
  void operator()(error_code) {}
};
struct called_only {
  void operator()() { std::this_thread::sleep_for(1s); }
};

// A named function that runs in two places is judged for the loop.
struct named {
  asio::thread_pool &pool;
  void work() {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
  }
  void start(asio::io_context &context) {
    asio::post(pool, std::bind(&named::work, this));
    asio::post(context, std::bind(&named::work, this));
  }
};

void start(asio::io_context &context, asio::thread_pool &pool, asio::steady_timer &timer, may_be_another &other) {
  gives_itself first{{}, timer};
  first();
  on_a_pool work;
  asio::post(pool, work);
  asio::post(context, std::ref(other));
  timer.async_wait(overloaded{timer});
  called_only call;
  call();
}
