// RUN: %check_async_tidy %s async-unawaited-task

// Types that a free operator co_await makes awaitable.

#include "mini.h"
#include <chrono>

struct awaiter {
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};

// For a base, also for one that is a template.
namespace io {
template <class T> struct sender_base {};
struct read_op : sender_base<read_op> {};
struct unrelated : private sender_base<unrelated> {};
template <class T> awaiter operator co_await(const sender_base<T> &);
struct base {};
template <class T> struct write_op : base {};
awaiter operator co_await(base);
read_op read();
write_op<int> write();
unrelated other();
} // namespace io

// In another namespace than the class.
namespace versioned {
inline namespace v1 {
struct op {};
op make();
} // namespace v1
awaiter operator co_await(op);
} // namespace versioned
namespace plain {
namespace detail {
struct far {};
far make();
} // namespace detail
struct op {};
op make();
awaiter operator co_await(detail::far); // Nobody outside finds it.
} // namespace plain
awaiter operator co_await(plain::op);

// With a constraint: what is awaited with it shows what it takes.
namespace constrained {
template <class T>
concept sender = requires { typename T::sender_concept; };
struct op {
  using sender_concept = void;
};
struct value {};
template <sender T> awaiter operator co_await(T &&);
op make();
value get();
} // namespace constrained

// Values that only this file makes awaitable, and an operator that takes anything.
awaiter operator co_await(std::chrono::milliseconds);
std::chrono::milliseconds timeout();
namespace anything {
struct op {};
op make();
template <class T> awaiter operator co_await(T &&);
} // namespace anything

mini::task<> dropped() {
  io::read();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'io::read_op' returned by 'io::read' is never awaited [async-unawaited-task]
  // CHECK-FIXES: co_await io::read();
  io::write();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'io::write_op<int>' returned by 'io::write' is never awaited
  // CHECK-FIXES: co_await io::write();
  versioned::make();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'versioned::op' returned by 'versioned::make' is never awaited
  // CHECK-FIXES: co_await versioned::make();
  plain::make();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'plain::op' returned by 'plain::make' is never awaited
  // CHECK-FIXES: co_await plain::make();
  constrained::make();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'constrained::op' returned by 'constrained::make' is never awaited
  // CHECK-FIXES: co_await constrained::make();
  co_await constrained::make();
}

mini::task<> not_awaitable() {
  io::other();
  plain::detail::make();
  constrained::get();
  anything::make();
  timeout();
  co_return;
}
