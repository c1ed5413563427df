// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// event_loop: runs coroutines on one thread.
///
/// One turn of the loop is: every coroutine that was ready at its beginning, in the order in which they became ready;
/// then, if nothing is ready or poll_interval steps have been made since the last time, what other threads posted, I/O
/// (waiting for it if nothing is ready), and the timers that are due.
#pragma once

#include <asyncrt/core/sleep.hpp>
#include <asyncrt/core/task_handle.hpp>
#include <asyncrt/core/time.hpp>
#include <asyncrt/debug/loop_list.hpp>
#include <asyncrt/loop/reactor.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace asyncrt {

namespace debug {
class monitor;
}

/// Where a loop gets its time from, when that is not the machine's monotonic clock.
class clock_source {
public:
  virtual ~clock_source() = default;
  virtual time_ns now() noexcept = 0;
  /// Nothing can happen before \p at: makes it now. Time that nobody waits for passes at once.
  virtual void advance_to(time_ns at) noexcept = 0;
};

/// How an event loop is made. All parts may be left out.
struct loop_options {
  /// Made when first needed if null.
  std::unique_ptr<asyncrt::reactor> reactor = nullptr;
  /// The kind that is made then; nothing: the one of set_default_reactor(). Where the kernel refuses io_uring, one line
  /// on standard error says so, and epoll takes its place.
  std::optional<reactor_kind> io = std::nullopt;
  /// Null: the monotonic clock. Must outlive the loop.
  clock_source *clock = nullptr;
  /// Runs the coroutines of each turn in an order drawn from this seed: for tests, to which order must not matter.
  std::optional<std::uint64_t> shuffle = std::nullopt;
  /// Of random(). Zero: another one for each loop.
  std::uint64_t seed = 0;
  /// For run() and sync_wait(): the signals, such as SIGINT and SIGTERM, the first of which asks the main task to stop.
  /// See stop_on_signals().
  std::vector<int> stop_on = {};
  /// When the loop closes, reports descriptors that coroutines have waited for on it, through objects of the runtime,
  /// and that are still open (async-unclosed-descriptor): what was forgotten, and what is meant to outlive the loop.
  bool report_open = false;
  /// Attaches a debug::monitor with its options as they are made. The environment variable ASYNCRT_DEBUG does it for
  /// all loops: docs/debugging.md.
  bool debug = false;
};

/// Runs tasks, timers and I/O on the thread that calls run().
///
/// It belongs to the thread that made it until another one runs it, and then to that one; using it from elsewhere
/// traps, but for post_from_any_thread() and wake_from_any_thread(). A thread runs at most one loop at a time: run() in
/// a coroutine traps. Errors of callbacks are thrown by run(), which may be called again.
class event_loop final : public scheduler {
public:
  /// At least as often, in steps, the loop looks for I/O and timers when coroutines never leave it idle.
  static constexpr unsigned poll_interval = 64;

  event_loop() : event_loop(loop_options{}) {}
  explicit event_loop(loop_options options);
  /// Calls close().
  ~event_loop();

  /// The loop that runs on this thread; null outside of run().
  static event_loop *current() noexcept { return static_cast<event_loop *>(scheduler::current()); }

  /// Runs until stop() is called or nothing is left that could wake a coroutine: nobody ready, no timer, no I/O, no
  /// outside work. Tasks that wait for each other then still exist. Throws what a callback throws.
  void run();

  /// Runs one coroutine for one step, after waiting for one to become ready. False when there is nothing to wait for.
  bool run_one();

  /// Runs \p t as a task of this loop, and the loop with it, until it has ended, and gives its result. Throws
  /// deadlock_error when nothing could ever wake it; it has been asked to stop then, and has ended. Other tasks stay
  /// where they are and go on when the loop runs again. stop() has no effect on it.
  template <class T> T run_until(task<T> t, const char *name = nullptr) {
    task_handle<T> handle = asyncrt::spawn(*this, std::move(t), name);
    run_until_ended(handle.state());
    return handle.take_result().value();
  }

  /// Makes run() return after this turn; a loop that does not run returns from its next run() at once. Loop thread
  /// only.
  void stop() noexcept {
    check_thread();
    stopping_ = true;
  }

  /// Asks all tasks to stop, runs until they have ended, and reports those that cannot (async-detached-task): they
  /// wait, deaf to stop, for what nobody will do. Then those of scopes that were not joined (async-unjoined-scope).
  /// Their frames are destroyed, the newest first. Returns their number.
  /// The loop can be used again afterwards only to be closed.
  std::size_t close() noexcept;

  /// Calls \p f in a step of its own, in the next turn; never from here. \p f may throw: run() does then.
  template <class F> void post(F &&f) { detail::post(*this, std::forward<F>(f)); }

  /// The same from any thread, also while the loop waits. The loop must outlive the call.
  template <class F> void post_from_any_thread(F &&f) {
    const detail::callback c = detail::as_foreign_callback(std::forward<F>(f));
    detail::frame_pool::moved_out();
    c.promise->bind(*this);
    wake_from_any_thread(*c.promise);
  }

  /// Resumes, in a step of its own, a coroutine of this loop that is suspended: how an operation that ends on another
  /// thread wakes who awaits it. What that thread wrote before is visible to the coroutine. From any thread.
  void wake_from_any_thread(promise_base &p) noexcept;

  /// Calls \p f at \p at, or not at all if the loop closes before. What \p f throws, run() throws.
  template <class Duration, class F> void schedule_at(std::chrono::time_point<loop_clock, Duration> at, F &&f) {
    start(call_at(detail::to_ns(at), std::forward<F>(f)));
  }
  /// Calls \p f when \p d has passed since now.
  template <class Rep, class Period, class F> void schedule_after(std::chrono::duration<Rep, Period> d, F &&f) {
    start(call_at(detail::add_ns(now(), detail::to_ns(d)), std::forward<F>(f)));
  }

  /// The time on the loop's clock, as of the beginning of the step that asks.
  loop_clock::time_point time() noexcept { return detail::from_ns(now()); }

  /// The monitor that loop_options::debug or ASYNCRT_DEBUG has attached; null if there is none.
  debug::monitor *monitor() noexcept { return monitor_.get(); }

  /// Where I/O is waited for. Made on first use: std::system_error if that fails.
  reactor &io() {
    check_thread();
    if (!reactor_)
      make_reactor();
    return *reactor_;
  }

private:
  template <class F> static detail::callback call_at(time_ns at, F f);
  void start(detail::callback c) noexcept {
    c.promise->bind(*this);
    c.promise->handle().resume();
  }

  class running;
  void run_until_ended(task_root &root);
  time_ns read_clock() noexcept override;
  void interrupt_wait() noexcept override;
  void make_reactor();
  void begin_turn();
  bool turn(bool (*may_wait)(const event_loop &, const task_root *), const task_root *root = nullptr);
  bool look_outside(bool may_wait);
  void wait(time_ns timeout);
  void take_inbox() noexcept;
  void drain() noexcept;
  void report_open() noexcept;
  task_root *newest_task() noexcept;
  static void abandon(task_root &task, const char *check, const char *what) noexcept;

  ready_list batch_; ///< What was ready when the turn began and has not run yet.
  unsigned steps_since_poll_ = 0;
  bool stopping_ = false;
  bool shuffle_;
  bool report_open_;
  clock_source *clock_;
  std::optional<reactor_kind> kind_;
  std::unique_ptr<reactor> reactor_;
  std::atomic<reactor *> wakeable_ = nullptr;   ///< Set while the loop waits, or is about to.
  std::atomic<promise_base *> inbox_ = nullptr; ///< Newest first; linked like the ready list.
  std::unique_ptr<debug::monitor> monitor_;
  std::atomic<unsigned> posting_ = 0; ///< Threads inside of wake_from_any_thread() or interrupt_wait().
  const debug::listed_loop listed_{*this};
};

template <class F> detail::callback event_loop::call_at(time_ns at, F f) {
  co_await detail::sleep_awaiter(detail::timing::until, at);
  f();
}

} // namespace asyncrt
