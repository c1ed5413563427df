// RUN: %check_async_tidy %s async-cancellation-not-forwarded -check-suffix=ON
// RUN: %check_async_tidy %s async-cancellation-not-forwarded -check-suffix=OFF -- -config='{CheckOptions: {async-cancellation-not-forwarded.UnusedTokens: false}}'

// A token that a coroutine never uses. What is expected stands outside of the functions: a token that is named in a
// comment is one that somebody thought of.

#include "mini.h"
#include <stop_token>

mini::task<> connect(int port);
mini::task<> take_a_nap(std::stop_token stop = {});

mini::task<> serve(int port, std::stop_token stop) {
  co_await connect(port);
}
// CHECK-MESSAGES-ON: :[[@LINE-3]]:46: warning: coroutine 'serve' never uses its stop token 'stop' [async-cancellation-not-forwarded]
// CHECK-MESSAGES-ON: :[[@LINE-3]]:3: note: whoever stops it waits until this is over

class server {
public:
  mini::task<> run(const std::stop_token &token) {
    for (;;)
      co_await connect(port_);
  }
  // CHECK-MESSAGES-ON: :[[@LINE-4]]:43: warning: coroutine 'run' never uses its stop token 'token'

private:
  int port_ = 80;
};

template <class T> mini::task<> in_a_template(T port, std::stop_token stop) {
  co_await connect(port);
}
// CHECK-MESSAGES-ON: :[[@LINE-3]]:71: warning: coroutine 'in_a_template' never uses its stop token 'stop'
mini::task<> instantiates(std::stop_token stop) { co_await in_a_template(1, stop); }

// Where it could be passed to is said, and nothing else.
mini::task<> could_pass(std::stop_token stop) {
  co_await take_a_nap();
  // CHECK-MESSAGES-ON: :[[@LINE-1]]:12: warning: 'take_a_nap' takes a stop token
  // CHECK-MESSAGES-OFF: :[[@LINE-2]]:12: warning: 'take_a_nap' takes a stop token
}
