// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-blocking-call

// Real Boost.Asio: completion tokens and spawned coroutines on pools.

#include <boost/asio.hpp>
#include <chrono>
#include <thread>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using namespace std::chrono_literals;

awaitable<void> hops(asio::thread_pool &pool, asio::io_context &context, asio::steady_timer &timer) {
  co_await asio::post(asio::bind_executor(pool, use_awaitable));
  std::this_thread::sleep_for(1s);
  co_await timer.async_wait(use_awaitable);
  std::this_thread::sleep_for(2s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_await timer.async_wait(asio::bind_executor(pool.get_executor(), use_awaitable));
  std::this_thread::sleep_for(3s);
  co_await asio::post(asio::bind_executor(context, use_awaitable));
  std::this_thread::sleep_for(4s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
}

awaitable<void> worker() {
  std::this_thread::sleep_for(1s);
  co_return;
}
awaitable<void> session() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
void start(asio::thread_pool &pool, asio::io_context &context) {
  asio::co_spawn(pool.get_executor(), worker(), asio::detached);
  asio::co_spawn(context, session(), asio::detached);
}

awaitable<void> named_token(asio::thread_pool &pool) {
  auto on_pool = asio::bind_executor(pool, use_awaitable);
  co_await asio::post(on_pool);
  std::this_thread::sleep_for(1s);
}

awaitable<void> loop_in_a_loop(asio::io_context &other) {
  other.run();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: '{{.*}}io_context::run' waits for another thread
  other.poll();
  co_return;
}

// What is awaited only by coroutines of the pool runs on the pool too.
awaitable<int> inner() {
  std::this_thread::sleep_for(1s);
  co_return 1;
}
awaitable<void> outer() { co_await inner(); }
awaitable<int> shared_inner() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return 1;
}
awaitable<void> on_the_loop() { co_await shared_inner(); }
void start_inner(asio::thread_pool &pool, asio::io_context &context) {
  asio::co_spawn(pool, outer(), asio::detached);
  asio::co_spawn(
      pool,
      []() -> awaitable<void> {
        co_await inner();
        co_await shared_inner();
      },
      asio::detached);
  asio::co_spawn(context, on_the_loop(), asio::detached);
}

// What a wrapper's executor is in one instantiation says nothing of the executor that its user chooses.
template <class Executor, class Work> struct run_there {
  Executor executor;
  Work work;
  void operator()() {
    asio::post(executor, [this] { work(); });
  }
};
template <class Executor> void run_on(Executor executor) {
  asio::post(executor, [] { std::this_thread::sleep_for(1s); });
}
struct owner {
  asio::io_context::executor_type executor;
  void run() {
    asio::post(executor, [] { std::this_thread::sleep_for(1s); });
    // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: 'std::this_thread::sleep_for' sleeps
  }
};
void wrap(asio::io_context &context) {
  auto nap = [] { std::this_thread::sleep_for(1s); };
  run_there<asio::io_context::executor_type, decltype(nap)>{context.get_executor(), nap}();
  run_on(context.get_executor());
}

// A callable that is wrapped runs where whoever takes the wrapper lets it run.
template <class Executor, class Work, class Token> auto run_with_token(Executor &executor, Token &&token, Work work) {
  return asio::async_initiate<Token, void()>(
      [](auto handler, Executor &pool, Work work) {
        auto allocator = asio::get_associated_allocator(handler);
        asio::post(pool, asio::bind_allocator(allocator, [handler = std::move(handler), work]() mutable {
                     work();
                     std::move(handler)();
                   }));
      },
      token, std::ref(executor), std::move(work));
}
void wrapped(asio::io_context &context, asio::thread_pool &pool, asio::any_io_executor any, asio::steady_timer &timer) {
  const std::allocator<void> heap;
  auto executor = pool.get_executor();
  run_with_token(executor, asio::detached, [] { std::this_thread::sleep_for(1s); });
  asio::post(pool, asio::bind_allocator(heap, [] { std::this_thread::sleep_for(1s); }));
  asio::post(pool, asio::append(asio::bind_allocator(heap, [](int) { std::this_thread::sleep_for(1s); }), 1));
  asio::post(any, asio::bind_allocator(heap, [] { std::this_thread::sleep_for(1s); }));
  asio::post(context, asio::bind_allocator(heap, [] { std::this_thread::sleep_for(1s); }));
  // CHECK-MESSAGES: :[[@LINE-1]]:55: warning: 'std::this_thread::sleep_for' sleeps
  asio::post(pool, asio::bind_executor(context, [] { std::this_thread::sleep_for(1s); }));
  // CHECK-MESSAGES: :[[@LINE-1]]:54: warning: 'std::this_thread::sleep_for' sleeps
  timer.async_wait(asio::bind_allocator(heap, [](auto) { std::this_thread::sleep_for(1s); }));
  // CHECK-MESSAGES: :[[@LINE-1]]:58: warning: 'std::this_thread::sleep_for' sleeps
  auto kept = asio::bind_allocator(heap, [] { std::this_thread::sleep_for(1s); });
  // CHECK-MESSAGES: :[[@LINE-1]]:47: warning: 'std::this_thread::sleep_for' sleeps
}

// All that a loop is there for, until it suspends for the first time.
awaitable<void> program(int port) {
  std::this_thread::sleep_for(1s);
  co_await asio::steady_timer(co_await asio::this_coro::executor).async_wait(use_awaitable);
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
}
awaitable<void> program_in_a_lambda(int port) {
  std::this_thread::sleep_for(1s);
  co_return;
}
awaitable<void> one_of_two() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
awaitable<void> beside_a_signal() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
void run_program() {
  asio::io_context context(1);
  asio::co_spawn(context, program(80), asio::detached);
  context.run();
}
void run_program_in_a_lambda(int port) {
  asio::io_context context;
  asio::co_spawn(context, [port] { return program_in_a_lambda(port); }, asio::detached);
  context.run();
}

// The same by way of the loop's executor, run by other threads, and in a lambda that is called at once.
awaitable<void> through_an_executor(int port) {
  auto pause = [&] { std::this_thread::sleep_for(1s); };
  pause();
  co_await asio::steady_timer(co_await asio::this_coro::executor).async_wait(use_awaitable);
}
awaitable<void> pauses_later() {
  auto pause = [&] {
    std::this_thread::sleep_for(1s);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' sleeps
  };
  pause();
  co_await asio::steady_timer(co_await asio::this_coro::executor).async_wait(use_awaitable);
  pause();
}
awaitable<void> through_a_copy() {
  std::this_thread::sleep_for(1s);
  co_return;
}
awaitable<void> through_a_strand() {
  std::this_thread::sleep_for(1s);
  co_return;
}
awaitable<void> one_of_two_through_an_executor() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
awaitable<void> beside_a_callback() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
awaitable<void> on_somebodys_executor() {
  std::this_thread::sleep_for(1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
void run_on_a_thread() {
  asio::io_context context;
  asio::any_io_executor executor{context.get_executor()};
  asio::co_spawn(executor, through_an_executor(80), asio::detached);
  std::thread runner{[&] {
    try {
      context.run();
    } catch (const std::exception &) {
    }
  }};
  runner.join();
}
void run_on_threads() {
  asio::io_context context;
  auto executor = context.get_executor();
  asio::any_io_executor copy = executor;
  asio::co_spawn(copy, pauses_later(), asio::detached);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&context] { context.run(); });
  for (auto &thread : threads)
    thread.join();
}
void run_a_copy() {
  asio::io_context context;
  asio::co_spawn(context.get_executor(), through_a_copy(), asio::detached);
  context.run();
}
void run_a_strand() {
  asio::io_context context;
  auto strand = asio::make_strand(context);
  asio::co_spawn(strand, through_a_strand(), asio::detached);
  context.run();
}
void run_two_through_an_executor() {
  asio::io_context context;
  auto executor = context.get_executor();
  asio::co_spawn(executor, one_of_two_through_an_executor(), asio::detached);
  asio::co_spawn(context, one_of_two_through_an_executor(), asio::detached);
  context.run();
}
void run_beside_a_callback() {
  asio::io_context context;
  asio::any_io_executor executor = context.get_executor();
  asio::co_spawn(executor, beside_a_callback(), asio::detached);
  std::thread runner([&] {
    asio::post(context, [] {});
    context.run();
  });
  runner.join();
}
void run_somebodys(asio::any_io_executor somebodys) {
  asio::any_io_executor executor = somebodys;
  asio::co_spawn(executor, on_somebodys_executor(), asio::detached);
}

void run_two() {
  asio::io_context context;
  asio::co_spawn(context, one_of_two(), asio::detached);
  asio::co_spawn(context, one_of_two(), asio::detached);
  context.run();
}
void run_beside_a_signal() {
  asio::io_context context;
  asio::signal_set signals(context, 2);
  signals.async_wait([&](auto, auto) { context.stop(); });
  asio::co_spawn(context, beside_a_signal(), asio::detached);
  context.run();
}

awaitable<void> awaited_by_the_only_work() {
  std::this_thread::sleep_for(1s);
  co_return;
}
void run_a_coroutine_lambda() {
  asio::io_context context;
  asio::co_spawn(context, []() -> awaitable<void> { co_await awaited_by_the_only_work(); }, asio::detached);
  context.run();
}
