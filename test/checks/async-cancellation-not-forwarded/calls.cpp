// RUN: %check_async_tidy %s async-cancellation-not-forwarded
// RUN: %check_async_tidy %s async-cancellation-not-forwarded -- -- -DMINI_DISCARDABLE

// A coroutine with a stop token awaits something that takes one as well, in every position that a call can take.

#include "mini.h"
#include <stop_token>

mini::task<int> fetch(int id, std::stop_token stop = {});
mini::task<> save(int value);
mini::task<> save(int value, std::stop_token stop);
mini::task<> take_a_nap(std::stop_token stop = {});
mini::task<int> first_of(std::stop_token stop, int a, int b);
mini::task<int> first_of(int a, int b);
mini::task<bool> ready(const std::stop_token &stop = {});
mini::task<std::string> lines(int count = 10, std::stop_token stop = {});
void use(int);

mini::task<> statement(std::stop_token stop) {
  co_await save(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'save' takes a stop token, and coroutine 'statement' does not pass its own, 'stop', on to it [async-cancellation-not-forwarded]
  // CHECK-MESSAGES: :11:14: note: this overload takes it
  // CHECK-FIXES: {{^}}  co_await save(1, stop);{{$}}
  co_await take_a_nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'take_a_nap' takes a stop token, and coroutine 'statement' does not pass its own, 'stop', on to it [async-cancellation-not-forwarded]
  // CHECK-MESSAGES: :12:41: note: this parameter is left at its default
  // CHECK-FIXES: {{^}}  co_await take_a_nap(stop);{{$}}
}

mini::task<int> initialiser(std::stop_token stop) {
  const int a = co_await fetch(1, stop);
  const int b = co_await fetch(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'fetch' takes a stop token, and coroutine 'initialiser' does not pass its own, 'stop', on to it
  // CHECK-FIXES: {{^}}  const int b = co_await fetch(2, stop);{{$}}
  co_return a + b;
}

mini::task<int> returned(int id, std::stop_token stop) {
  co_return co_await fetch(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'fetch' takes a stop token
  // CHECK-FIXES: {{^}}  co_return co_await fetch(id, stop);{{$}}
}

mini::task<> condition(std::stop_token token) {
  if (co_await ready())
    // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'ready' takes a stop token
    // CHECK-FIXES: {{^}}  if (co_await ready(token)){{$}}
    co_return;
  while (co_await fetch(3) > 0) {
    // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'fetch' takes a stop token
    // CHECK-FIXES: {{^}}  while (co_await fetch(3, token) > 0) {{{$}}
  }
}

mini::task<> argument(std::stop_token stop) {
  use(co_await fetch(4));
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'fetch' takes a stop token
  // CHECK-FIXES: {{^}}  use(co_await fetch(4, stop));{{$}}
  co_await save(co_await fetch(5, stop));
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'save' takes a stop token
  // CHECK-FIXES: {{^}}  co_await save(co_await fetch(5, stop), stop);{{$}}
}

mini::task<int> comma_and_conditional(bool fast, std::stop_token stop) {
  int n = (co_await take_a_nap(), 1);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'take_a_nap' takes a stop token
  // CHECK-FIXES: {{^}}  int n = (co_await take_a_nap(stop), 1);{{$}}
  n += fast ? 0 : co_await fetch(6);
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: 'fetch' takes a stop token
  // CHECK-FIXES: {{^}}  n += fast ? 0 : co_await fetch(6, stop);{{$}}
  co_return n;
}

mini::task<> range(std::stop_token stop) {
  for (char c : co_await lines(2))
    // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'lines' takes a stop token
    // CHECK-FIXES: {{^}}  for (char c : co_await lines(2, stop)){{$}}
    use(c);
}

mini::task<int> in_front(std::stop_token stop) {
  co_return co_await first_of(1, 2);
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'first_of' takes a stop token
  // CHECK-FIXES: {{^}}  co_return co_await first_of(stop, 1, 2);{{$}}
}

auto lambda = [](std::stop_token stop) -> mini::task<> {
  co_await take_a_nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'take_a_nap' takes a stop token, and a coroutine lambda does not pass its own, 'stop', on to it
  // CHECK-FIXES: {{^}}  co_await take_a_nap(stop);{{$}}
};

template <class T> mini::task<T> in_a_template(T id, const std::stop_token &stop) {
  co_return co_await fetch(id); // other instantiations share the text
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'fetch' takes a stop token
  // CHECK-FIXES: {{^}}  co_return co_await fetch(id); // other instantiations share the text{{$}}
}
mini::task<int> instantiates(std::stop_token stop) { co_return co_await in_a_template(1, stop); }

#define FETCH(id) fetch(id)
mini::task<> in_a_macro(std::stop_token stop) {
  use(co_await FETCH(7));
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'fetch' takes a stop token
  // CHECK-FIXES: {{^}}  use(co_await FETCH(7));{{$}}
}

mini::task<> another_default_before(std::stop_token stop) {
  use((co_await lines()).size()); // how many is not written
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'lines' takes a stop token
  // CHECK-FIXES: {{^}}  use((co_await lines()).size()); // how many is not written{{$}}
}

class client {
public:
  mini::task<int> get(int id) const;
  mini::task<int> get(int id, std::stop_token stop) const;
  mini::task<> refresh(std::stop_token stop) {
    count_ = co_await get(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'get' takes a stop token, and coroutine 'refresh' does not pass its own
    // CHECK-FIXES: {{^}}    count_ = co_await get(1, stop);{{$}}
    count_ += co_await this->get(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: 'get' takes a stop token
    // CHECK-FIXES: {{^}}    count_ += co_await this->get(2, stop);{{$}}
  }

private:
  int count_ = 0;
};

mini::task<> member(client &c, std::stop_token stop) {
  use(co_await c.get(3));
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'get' takes a stop token
  // CHECK-FIXES: {{^}}  use(co_await c.get(3, stop));{{$}}
}

// A loop that asks, and a question that ends the coroutine: what else is done is done while nobody has stopped it.
mini::task<> asks(std::stop_token stop) {
  while (!stop.stop_requested()) {
    co_await take_a_nap();
    // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'take_a_nap' takes a stop token
    // CHECK-FIXES: {{^}}    co_await take_a_nap(stop);{{$}}
  }
}
mini::task<> asks_and_returns(std::stop_token stop) {
  if (stop.stop_requested())
    co_return;
  co_await take_a_nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'take_a_nap' takes a stop token
  // CHECK-FIXES: {{^}}  co_await take_a_nap(stop);{{$}}
}

//--- Tokens that are passed by pointer and by reference, and whose class nobody described.

struct CancelToken {
  bool isCancelled() const;
};
mini::task<> flush(CancelToken *token = nullptr);
mini::task<> flush_all(int n, CancelToken &token);
mini::task<> flush_all(int n);
mini::task<> by_pointer(CancelToken *token) {
  co_await flush();
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'flush' takes a stop token, and coroutine 'by_pointer' does not pass its own, 'token', on to it [async-cancellation-not-forwarded]
  // CHECK-MESSAGES: :[[@LINE-6]]:33: note: this parameter is left at its default
  // CHECK-MESSAGES: :[[@LINE-4]]:38: note: 'CancelToken' is taken for a stop token, because of its name and members
  // CHECK-FIXES: {{^}}  co_await flush(token);{{$}}
  co_await flush_all(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'flush_all' takes a stop token
  // CHECK-FIXES: {{^}}  co_await flush_all(1, *token);{{$}}
}
mini::task<> by_reference(CancelToken &token) {
  co_await flush();
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'flush' takes a stop token
  // CHECK-FIXES: {{^}}  co_await flush(&token);{{$}}
}
