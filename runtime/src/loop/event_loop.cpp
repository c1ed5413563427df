// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The turns of the event loop.
#include <asyncrt/core/executor_watch.hpp>
#include <asyncrt/loop/event_loop.hpp>

#include <asyncrt/debug/await_graph.hpp>
#include <asyncrt/debug/monitor.hpp>
#include <asyncrt/debug/sinks.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace asyncrt {

namespace {

std::uint64_t fresh_seed() noexcept {
  static std::atomic<std::uint64_t> loops = 0;
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_nsec) ^ (static_cast<std::uint64_t>(now.tv_sec) << 30) ^ ++loops << 56;
}

#ifndef ASYNCRT_DEFAULT_REACTOR
#define ASYNCRT_DEFAULT_REACTOR epoll
#endif
constinit std::atomic<reactor_kind> default_reactor = reactor_kind::ASYNCRT_DEFAULT_REACTOR;

} // namespace

reactor_kind set_default_reactor(reactor_kind kind) noexcept { return default_reactor.exchange(kind); }

/// While it lives, the loop runs on this thread.
class event_loop::running {
public:
  explicit running(event_loop &loop) noexcept {
    if (current_)
      run_inside();
    current_ = &loop;
    loop.thread_ = &detail::thread_mark;
    if (loop.hooks_ && loop.hooks_->entered)
      loop.hooks_->entered(*loop.hooks_, loop, loop.read_clock());
  }
  ~running() {
    if (current_->hooks() && current_->hooks()->left)
      current_->hooks()->left(*current_->hooks(), *current_);
    current_ = nullptr;
  }
};

event_loop::event_loop(loop_options options)
    : scheduler(options.shuffle ? *options.shuffle
                : options.seed  ? options.seed
                                : fresh_seed()),
      shuffle_(options.shuffle.has_value()), report_open_(options.report_open), clock_(options.clock),
      kind_(options.io), reactor_(std::move(options.reactor)) {
  debug::use_report_environment();
  monitor_ = debug::monitor_from_environment(*this, options.debug);
  // A loop for a moment is how programs call coroutines; in a coroutine it is not.
  if (current_)
    const detail::executor_mark seen("an event loop", __builtin_return_address(0));
}

event_loop::~event_loop() {
  close();
  // A thread that has just delivered may still be on its way out of wake_from_any_thread().
  while (posting_.load(std::memory_order_acquire) != 0)
    ::sched_yield();
}

time_ns event_loop::read_clock() noexcept {
  if (clock_)
    return clock_->now();
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return time_ns{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void event_loop::make_reactor() {
  if (kind_.value_or(default_reactor.load(std::memory_order_relaxed)) == reactor_kind::io_uring) {
    try {
      reactor_ = make_uring_reactor();
      return;
    } catch (const std::system_error &e) {
      std::fprintf(stderr, "asyncrt: %s; the loop uses epoll instead\n", e.what());
    }
  }
  reactor_ = make_epoll_reactor();
}

void event_loop::run() {
  const running here(*this);
  const auto goes_on = [](const event_loop &loop, const task_root *) { return !loop.stopping_; };
  while (!stopping_ && turn(goes_on)) {
  }
  stopping_ = false;
}

bool event_loop::run_one() {
  const running here(*this);
  while (batch_.empty()) {
    if ((ready_.empty() || steps_since_poll_ >= poll_interval) && !look_outside(true))
      return false;
    begin_turn();
  }
  ++steps_since_poll_;
  step(batch_.pop());
  return true;
}

void event_loop::run_until_ended(task_root &root) {
  const running here(*this);
  const auto goes_on = [](const event_loop &, const task_root *root) { return root->outermost != nullptr; };
  bool deadlock = false;
  while (root.outermost) {
    if (turn(goes_on, &root) || !root.outermost)
      continue;
    // Nothing will ever happen by itself. First it may clean up; if it is deaf to that, its frames go.
    if (!deadlock && hooks_ && hooks_->deadlocked)
      hooks_->deadlocked(*hooks_, *this, root);
    if (!root.stop.request_stop() && deadlock)
      root.abandon(root);
    deadlock = true;
  }
  if (deadlock)
    throw deadlock_error();
}

/// What is ready now makes up the turn; what becomes ready meanwhile waits for the next one.
void event_loop::begin_turn() {
  batch_.append(ready_);
  if (!shuffle_ || batch_.empty())
    return;
  std::vector<promise_base *> order;
  while (!batch_.empty())
    order.push_back(&batch_.pop());
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random() % i]);
  for (promise_base *p : order)
    batch_.push(*p);
}

/// One turn, which waits for something to do if \p may_wait says so after its steps. False when nothing could ever wake
/// a coroutine.
bool event_loop::turn(bool (*may_wait)(const event_loop &, const task_root *), const task_root *root) {
  // The rest of a turn that an exception has interrupted comes first.
  if (batch_.empty())
    begin_turn();
  while (!batch_.empty()) {
    ++steps_since_poll_;
    step(batch_.pop());
  }
  if (!ready_.empty() && steps_since_poll_ < poll_interval)
    return true;
  return look_outside(may_wait(*this, root));
}

/// Other threads, I/O, timers. Waits for one of them if nothing is ready and \p may_wait. False when nothing is ready
/// and there is nothing to wait for.
bool event_loop::look_outside(bool may_wait) {
  steps_since_poll_ = 0;
  if (hooks_ && hooks_->looks_outside) [[unlikely]]
    hooks_->looks_outside(*hooks_, *this, read_clock());
  take_inbox();
  time_ns timeout = 0;
  if (ready_.empty() && may_wait) {
    if (!timers_.empty())
      timeout = std::max<time_ns>(0, timers_.earliest() - read_clock());
    else if (external_work_ || (reactor_ && reactor_->pending()))
      timeout = -1;
    else
      return false;
  }
  if (timeout != 0 && !clock_) {
    wait(timeout);
  } else if (timeout != 0) {
    // On a clock of its own, time passes when nothing else can happen.
    if (reactor_ && reactor_->pending())
      reactor_->poll(0);
    take_inbox();
    if (ready_.empty()) {
      if (timeout > 0 && !external_work_)
        clock_->advance_to(timers_.earliest());
      else
        wait(-1);
    }
  } else if (reactor_ && reactor_->pending()) {
    reactor_->poll(0);
  }
  if (timeout != 0 && hooks_ && hooks_->waited) [[unlikely]]
    hooks_->waited(*hooks_, *this, read_clock());
  take_inbox();
  if (!timers_.empty())
    timers_.expire(read_clock());
  return true;
}

/// Blocks in the reactor. A thread that posts either sees that the loop waits, and wakes it, or is seen here.
void event_loop::wait(time_ns timeout) {
  reactor &r = io();
  wakeable_.store(&r);
  r.poll(inbox_.load() ? 0 : timeout);
  wakeable_.store(nullptr);
}

void event_loop::wake_from_any_thread(promise_base &p) noexcept {
  if (p.next_ready_ != &p)
    trap("a coroutine was resumed twice");
  posting_.fetch_add(1);
  promise_base *newest = inbox_.load(std::memory_order_relaxed);
  do
    p.next_ready_ = newest;
  while (!inbox_.compare_exchange_weak(newest, &p));
  if (reactor *waits = wakeable_.exchange(nullptr))
    waits->wake();
  posting_.fetch_sub(1, std::memory_order_release);
}

void event_loop::interrupt_wait() noexcept {
  posting_.fetch_add(1);
  if (reactor *waits = wakeable_.exchange(nullptr))
    waits->wake();
  posting_.fetch_sub(1, std::memory_order_release);
}

/// Moves what other threads have posted to the ready list, oldest first.
void event_loop::take_inbox() noexcept {
  if (!inbox_.load(std::memory_order_relaxed))
    return;
  promise_base *newest = inbox_.exchange(nullptr);
  promise_base *oldest = nullptr;
  while (newest) {
    promise_base *next = newest->next_ready_;
    newest->next_ready_ = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest) {
    promise_base *next = std::exchange(oldest->next_ready_, oldest);
    ready_.push(*oldest);
    oldest = next;
  }
}

/// Runs until nothing is left to run or to wait for. Errors of callbacks have nobody left to go to.
void event_loop::drain() noexcept {
  const running here(*this);
  const auto goes_on = [](const event_loop &loop, const task_root *) { return !loop.tasks_.empty(); };
  for (;;) {
    try {
      while (!(tasks_.empty() && ready_.empty() && batch_.empty() && !inbox_.load()))
        if (!turn(goes_on))
          return;
      return;
    } catch (...) {
      report_unretrieved("a callback failed while its loop was closed", root_info_.name,
                         std::source_location::current(), std::current_exception());
    }
  }
}

/// Tells what is open only once, though the destructor closes again.
void event_loop::report_open() noexcept {
  if (!std::exchange(report_open_, false) || !reactor_)
    return;
  reactor_->for_each_attached([](int number) {
    char file[32], kind[128], text[160];
    std::snprintf(file, sizeof file, "/proc/self/fd/%d", number);
    const ssize_t size = ::readlink(file, kind, sizeof kind);
    std::snprintf(text, sizeof text, "%d, %.*s", number, static_cast<int>(std::max<ssize_t>(size, 0)), kind);
    // Nobody knows where it was opened.
    report({"async-unclosed-descriptor", "a descriptor was still open when its loop was closed", text, {}});
  });
}

std::size_t event_loop::close() noexcept {
  if (current_ == this)
    trap("a loop was closed from inside");
  thread_ = &detail::thread_mark;
  stopping_ = false;
  closing_.request_stop();
  tasks_.request_stop();
  std::size_t deaf = 0;
  for (;;) {
    if (tasks_.empty() && ready_.empty() && batch_.empty() && !inbox_.load()) {
      if (task_root *newest = newest_task()) {
        abandon(*newest, "async-unjoined-scope", "the task's scope was not joined when its loop was closed");
        ++deaf;
        continue;
      }
      report_open();
      if (hooks_ && hooks_->closed)
        hooks_->closed(*hooks_, *this);
      return deaf;
    }
    drain();
    if (tasks_.empty())
      continue;
    abandon(tasks_.newest(), "async-detached-task", "the task could not be stopped when its loop was closed");
    ++deaf;
  }
}

/// The newest of all tasks, those of scopes too.
task_root *event_loop::newest_task() noexcept {
  for (detail::ring_link<environment> *p = root_env_.place.prev; p != &root_env_.place; p = p->prev) {
    environment &env = *reinterpret_cast<environment *>(reinterpret_cast<char *>(p) - offsetof(environment, place));
    if (env.parent)
      continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof" // No virtual base: it is at a fixed place.
    return reinterpret_cast<task_root *>(reinterpret_cast<char *>(&env) - offsetof(task_root, env));
#pragma GCC diagnostic pop
  }
  return nullptr;
}

/// Reports \p task, with where its coroutines await, and destroys them.
void event_loop::abandon(task_root &task, const char *check, const char *what) noexcept {
  report({check, what, task.info.name, task.info.where, {}, {}, debug::await_graph(task.env).c_str()});
  task.abandon(task);
}

} // namespace asyncrt
