// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-sync-wait

// Real Boost.Asio: a context that is run in a handler, and operations that are waited for by a std::future.

#include <boost/asio.hpp>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::use_future;
using asio::ip::tcp;
using namespace std::chrono_literals;

awaitable<int> price();

awaitable<void> runs_the_context(asio::io_context &context) {
  co_await asio::post(use_awaitable);
  context.run();
  // CHECK-NOTES: :[[@LINE-1]]:11: warning: 'boost::asio::io_context::run' runs an event loop and holds the thread that runs coroutine 'runs_the_context' [async-sync-wait]
  // CHECK-NOTES: :[[@LINE-2]]:11: note: spawn the work on the loop that runs already, and await it
  context.run_one_for(1s);
  // CHECK-NOTES: :[[@LINE-1]]:11: warning: 'boost::asio::io_context::run_one_for' runs an event loop
  // CHECK-NOTES: :[[@LINE-2]]:11: note: spawn the work
  context.run_for(0s); // does what is ready
  context.poll();
}

awaitable<int> waits_for_a_future(asio::io_context &context) {
  co_await asio::post(use_awaitable);
  const int first = asio::co_spawn(context, price(), use_future).get();
  // CHECK-NOTES: :[[@LINE-1]]:66: warning: 'std::future::get' waits for a task and holds the thread that runs coroutine 'waits_for_a_future' [async-sync-wait]
  // CHECK-NOTES: :[[@LINE-2]]:66: note: await the operation, with a completion token such as use_awaitable
  // CHECK-FIXES: {{^}}  const int first = co_await asio::co_spawn(context, price(), boost::asio::use_awaitable);{{$}}
  std::future<int> second = asio::co_spawn(context, price(), asio::use_future);
  second.wait();
  // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'std::{{.*}}::wait' waits for a task and holds the thread that runs coroutine 'waits_for_a_future' [async-sync-wait]
  // CHECK-NOTES: :[[@LINE-2]]:10: note: await the operation
  co_return first;
}

awaitable<void> reads(tcp::socket &socket, char (&buffer)[4], std::string &line) {
  co_await asio::async_read_until(socket, asio::dynamic_buffer(line), "//", use_awaitable);
  if (socket.async_read_some(asio::buffer(buffer), use_future).get() == 0)
    // CHECK-NOTES: :[[@LINE-1]]:64: warning: 'std::future::get' waits for a task
    // CHECK-NOTES: :[[@LINE-2]]:64: note: await the operation
    // CHECK-FIXES: {{^}}  if (co_await socket.async_read_some(asio::buffer(buffer), boost::asio::use_awaitable) == 0){{$}}
    co_return;
  asio::async_write(socket, asio::buffer(line), asio::use_future).wait();
  // CHECK-NOTES: :[[@LINE-1]]:67: warning: 'std::{{.*}}::wait' waits for a task
  // CHECK-NOTES: :[[@LINE-2]]:67: note: await the operation
  // CHECK-FIXES: {{^}}  co_await asio::async_write(socket, asio::buffer(line), boost::asio::use_awaitable);{{$}}
  if (asio::async_read(socket, asio::buffer(buffer), use_future).wait_for(1s) == std::future_status::timeout) // no result
    // CHECK-NOTES: :[[@LINE-1]]:66: warning: 'std::{{.*}}::wait_for' waits for a task
    // CHECK-NOTES: :[[@LINE-2]]:66: note: await the operation
    // CHECK-FIXES: {{^}}  if (asio::async_read(socket, asio::buffer(buffer), use_future).wait_for(1s) == std::future_status::timeout) // no result{{$}}
    co_return;
}

std::size_t read_all(tcp::socket &socket, std::string &into) {
  return asio::async_read(socket, asio::dynamic_buffer(into), use_future).get();
}

void handler(asio::io_context &context, tcp::socket &socket, std::string &into) {
  asio::post(context, [&] { read_all(socket, into); });
  // CHECK-NOTES: :[[@LINE-1]]:29: warning: 'read_all' holds the thread that runs a callback of the event loop: it leads to 'std::future::get', which waits for a task [async-sync-wait]
  // CHECK-NOTES: :[[@LINE-6]]:75: note: which calls 'std::future::get' here
  // CHECK-NOTES: :[[@LINE-3]]:29: note: await the operation
}

// Asked before, or a thread's: the one is no wait, and the other is async-blocking-call's.
awaitable<int> others(asio::io_context &context, std::future<int> of_a_thread) {
  std::future<int> ready = asio::co_spawn(context, price(), use_future);
  if (ready.wait_for(0s) == std::future_status::ready)
    co_return ready.get();
  co_return of_a_thread.get();
}

int main() {
  asio::io_context context;
  auto answer = asio::co_spawn(context, waits_for_a_future(context), use_future);
  context.run();
  return answer.get();
}
