// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The part of an event loop that every primitive needs: the ready list, timers, the time, the tasks that run on it.
///
/// Core headers know loops only through this class, so they need neither system calls nor <chrono>. event_loop derives
/// from it and adds waiting for I/O. Everything here belongs to one thread.
#pragma once

#include <asyncrt/core/promise_base.hpp>
#include <asyncrt/core/report.hpp>
#include <asyncrt/core/timer_heap.hpp>

#include <cstddef>
#include <exception>
#include <utility>

namespace asyncrt {

namespace detail {
/// Its address tells threads apart, for less than a thread id costs.
inline constinit thread_local char thread_mark = 0;
} // namespace detail

/// First in, first out; intrusive in the promises. A coroutine can be in it once.
class ready_list {
public:
  bool empty() const noexcept { return !first_; }

  void push(promise_base &p) noexcept {
    if (p.next_ready_ != &p) [[unlikely]]
      trap("a coroutine was resumed twice");
    p.next_ready_ = nullptr;
    *(first_ ? &last_->next_ready_ : &first_) = &p;
    last_ = &p;
  }

  promise_base &pop() noexcept {
    promise_base &p = *first_;
    first_ = std::exchange(p.next_ready_, &p);
    return p;
  }

  /// Puts what is in \p later behind what is in this list.
  void append(ready_list &later) noexcept {
    if (later.empty())
      return;
    *(first_ ? &last_->next_ready_ : &first_) = std::exchange(later.first_, nullptr);
    last_ = later.last_;
  }

private:
  promise_base *first_ = nullptr;
  promise_base *last_ = nullptr; ///< Only meaningful while first_ is not null.
};

/// A spawned task in the list of who owns it: a loop or a scope. See task_handle.hpp.
struct task_root : detail::ring_link<class task_list> {
  promise_base *outermost = nullptr; ///< Null once the coroutine has ended.
  task_info info;
  environment env;
  inplace_stop_source stop;
  /// Destroys the suspended coroutine and gives up the owner's count; only for a loop that closes.
  void (*abandon)(task_root &) noexcept = nullptr;
};

/// The tasks that a loop or a scope waits for, in the order in which they were spawned.
class task_list {
public:
  /// Called after a task has ended and been taken out, with its exception, or null. Says whether it takes care of that.
  using function = bool (*)(task_list &, const std::exception_ptr &error) noexcept;
  explicit task_list(function on_removed = nullptr) noexcept : on_removed_(on_removed) { ring_.close(); }
  task_list(const task_list &) = delete;
  task_list &operator=(const task_list &) = delete;

  bool empty() const noexcept { return ring_.alone(); }
  std::size_t size() const noexcept { return size_; }

  void add(task_root &t) noexcept {
    ring_.push_back(t);
    ++size_;
  }
  /// Whether somebody took \p error.
  bool remove(task_root &t, const std::exception_ptr &error) noexcept {
    t.unlink();
    --size_;
    return on_removed_ && on_removed_(*this, error);
  }
  /// Asks all of them to stop, in the order in which they were spawned.
  void request_stop() noexcept {
    for_each([](task_root &t) { t.stop.request_stop(); });
  }
  template <class F> void for_each(F &&f) const {
    for (detail::ring_link<task_list> *t = ring_.next; t != &ring_; t = t->next)
      f(static_cast<task_root &>(*t));
  }
  task_root &newest() noexcept { return static_cast<task_root &>(*ring_.prev); }

private:
  detail::ring_link<task_list> ring_;
  std::size_t size_ = 0;
  function on_removed_;
};

/// How what runs in the environment of an adapter has ended: with a value; with a stop, which the coroutine that awaits
/// the adapter gets thrown; in another way, or with a stop that the adapter drops or shows; not at all, as the loop
/// closes.
enum class environment_end : unsigned char { value, stop, other, abandoned };

/// What detectors hang into a loop. All may be null; a loop without hooks pays one compare per step. Times are those of
/// the loop's clock.
struct step_hooks {
  /// The loop begins to run on this thread, and does so no more.
  void (*entered)(step_hooks &, scheduler &, time_ns now) noexcept = nullptr;
  void (*left)(step_hooks &, scheduler &) noexcept = nullptr;
  /// The loop is about to look at I/O and timers. Then, if it had to wait: it has.
  void (*looks_outside)(step_hooks &, scheduler &, time_ns now) noexcept = nullptr;
  void (*waited)(step_hooks &, scheduler &, time_ns now) noexcept = nullptr;
  /// run_until() waits for a task that nothing could ever wake.
  void (*deadlocked)(step_hooks &, scheduler &, task_root &) noexcept = nullptr;
  void (*task_started)(step_hooks &, task_root &) noexcept = nullptr;
  void (*before_step)(step_hooks &, promise_base &) noexcept = nullptr;
  /// The coroutine may be gone by now, so there is only the loop.
  void (*after_step)(step_hooks &, scheduler &) noexcept = nullptr;
  /// A stop is delivered to the coroutine of this environment that awaited last: an exception is thrown into it.
  void (*stop_delivered)(step_hooks &, environment &) noexcept = nullptr;
  /// It was not, but handed on to a task that the coroutine awaits.
  void (*stop_passed_on)(step_hooks &, environment &) noexcept = nullptr;
  /// The coroutine has ended with operation_stopped, which is handed on to who awaits it.
  void (*ended_stopped)(step_hooks &, promise_base &) noexcept = nullptr;
  /// What an adapter or combinator runs has ended, and had been asked to stop; its environment goes now.
  void (*stopped_environment_ended)(step_hooks &, environment &, environment_end) noexcept = nullptr;
  /// The coroutine was told by a value, not by an exception, that something was stopped.
  void (*stop_shown)(step_hooks &, promise_base &) noexcept = nullptr;
  /// A queue without a bound has grown to so many values, more than twice as many as the last time. \p caller is a
  /// return address in what pushes.
  void (*queue_grew)(step_hooks &, scheduler &, std::size_t values, const void *caller) noexcept = nullptr;
  /// The loop was closed.
  void (*closed)(step_hooks &, scheduler &) noexcept = nullptr;
  /// A task has ended. Its `stop` says whether it had been asked to.
  void (*task_ended)(step_hooks &, task_root &, bool with_value) noexcept = nullptr;
};

namespace detail {
/// What loops that are made from now on begin with. For detectors that are linked and not called.
inline constinit step_hooks *default_hooks = nullptr;
} // namespace detail

/// See the file comment. Everything here may only be used on the loop's thread.
class scheduler {
public:
  /// Leaf awaits that need not suspend go on without a hop until a step has done this many.
  static constexpr unsigned inline_budget = 128;

  scheduler(const scheduler &) = delete;
  scheduler &operator=(const scheduler &) = delete;

  /// The loop that runs on this thread at the moment; null outside of run().
  static scheduler *current() noexcept { return current_; }

  /// Puts a suspended coroutine at the end of the ready list. It is never resumed from here.
  void push_ready(promise_base &p) noexcept {
    check_thread();
    ready_.push(p);
  }

  /// The same for a coroutine that had no other reason to suspend than to let others run.
  void push_yielded(promise_base &p) noexcept {
    ++yields_;
    push_ready(p);
  }
  /// How often that was so. Steps that did nothing else are a loop that spins.
  std::uint64_t yields() const noexcept { return yields_; }

  /// The time, read from the clock at most once per step: while a coroutine does not suspend, it stands still.
  time_ns now() noexcept {
    if (now_known_)
      return now_;
    now_known_ = (activity_ & 1) != 0;
    return now_ = read_clock();
  }

  timer_heap &timers() noexcept {
    check_thread();
    return timers_;
  }

  /// One of the inline completions that this step has left is used up; false when there was none.
  bool spend() noexcept { return budget_ != 0 && --budget_ != 0; }

  /// Tasks that were spawned on the loop itself, and not into a scope.
  task_list &tasks() noexcept { return tasks_; }

  /// The environment of the coroutine that runs at the moment; the loop's own between steps.
  environment &current_env() noexcept { return *current_env_; }
  /// Those of all tasks, each followed by those that adapters have made within it, the newest first.
  detail::ring_link<environment> &environments() noexcept { return root_env_.place; }
  /// For adapters, which run one coroutine on behalf of another within a step.
  void set_current_env(environment &env) noexcept { current_env_ = &env; }
  /// The environment of callbacks: stopped when the loop closes.
  environment &root_env() noexcept { return root_env_; }

  /// An exception that nobody else can get, from a callback: run() throws it. A second one before that is reported.
  void fail(std::exception_ptr error) noexcept {
    if (failure_)
      report_unretrieved("a callback failed while the failure of another was on its way", root_info_.name,
                         std::source_location::current(), error);
    else
      failure_ = std::move(error);
  }

  /// Work that goes on elsewhere (a thread, another process) and will call back: the loop does not run dry meanwhile.
  void external_work_started() noexcept { ++external_work_; }
  void external_work_finished() noexcept { --external_work_; }

  /// Pseudo-random numbers, for jitter. Reproducible when the loop was given a seed. (splitmix64, Steele et al. 2014)
  std::uint64_t random() noexcept {
    std::uint64_t z = (random_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// Changes what detectors see of this loop; \p hooks must outlive the loop or be taken away.
  void set_hooks(step_hooks *hooks) noexcept { hooks_ = hooks; }
  step_hooks *hooks() const noexcept { return hooks_; }

  /// Odd while a coroutine runs, even while the loop looks for work or waits; changes with every step. This one may be
  /// read from any thread: a watchdog that sees the same odd value twice has found a stall.
  std::uint64_t activity() const noexcept { return __atomic_load_n(&activity_, __ATOMIC_RELAXED); }

  /// From any thread: makes a loop that waits tell its hooks so at once (`waited`), if it has begun to wait by now.
  virtual void interrupt_wait() noexcept {}

  /// Reports async-executor-affinity and traps when called from another thread than the loop's.
  void check_thread() const noexcept {
    if (thread_ != &detail::thread_mark) [[unlikely]]
      wrong_thread();
  }

protected:
  friend struct debug::memory_map;
  explicit scheduler(std::uint64_t seed) noexcept : random_(seed) { root_env_.place.close(); }
  ~scheduler() = default;

  /// Nanoseconds of the loop's clock.
  virtual time_ns read_clock() noexcept = 0;

  /// Resumes \p p and whatever it leads to without a hop.
  void step(promise_base &p) {
    budget_ = inline_budget;
    current_env_ = p.env_;
    tick();
    if (hooks_ && hooks_->before_step) [[unlikely]]
      hooks_->before_step(*hooks_, p);
    p.handle().resume();
    if (hooks_ && hooks_->after_step) [[unlikely]]
      hooks_->after_step(*hooks_, *this);
    tick();
    now_known_ = false;
    current_env_ = &root_env_;
    if (failure_) [[unlikely]]
      std::rethrow_exception(std::exchange(failure_, nullptr));
  }

  static inline constinit thread_local scheduler *current_ = nullptr;

  ready_list ready_;
  timer_heap timers_;
  const char *thread_ = &detail::thread_mark;
  environment *current_env_ = &root_env_;
  step_hooks *hooks_ = detail::default_hooks;
  time_ns now_ = 0;
  unsigned budget_ = 0;
  bool now_known_ = false;
  std::uint64_t activity_ = 0;
  std::uint64_t yields_ = 0;
  std::size_t external_work_ = 0;
  std::exception_ptr failure_;
  std::uint64_t random_;
  task_list tasks_;
  inplace_stop_source closing_;
  task_info root_info_{"the event loop", nullptr, std::source_location::current()};
  environment root_env_{this, &closing_, &root_info_};

  /// Reports async-sync-wait and traps: a loop is run in a step of the one that runs on this thread.
  [[noreturn, gnu::cold, gnu::noinline]] static void run_inside() noexcept {
    const task_info &task = *current_->current_env_->task;
    report_here({"async-sync-wait", "a loop is run inside of a running loop", task.name, task.where},
                __builtin_return_address(0));
    trap("a loop was run inside of a running loop; co_await instead");
  }

private:
  /// The task is that of the calling thread, if there is one: what the other one does at the moment is not known.
  [[noreturn, gnu::cold, gnu::noinline]] static void wrong_thread() noexcept {
    const task_info *task = current_ ? current_->current_env_->task : nullptr;
    report_here({"async-executor-affinity", "a loop is used from another thread than its own",
                 task ? task->name : "outside of a loop", task ? task->where : std::source_location()},
                __builtin_return_address(0));
    trap("a loop was used from another thread than its own; use post_from_any_thread()");
  }
  void tick() noexcept { __atomic_store_n(&activity_, activity_ + 1, __ATOMIC_RELAXED); }
};

inline bool promise_base::completed_inline() noexcept {
  if (loop().spend()) [[likely]]
    return false;
  loop().push_ready(*this);
  return true;
}

/// The stop that was requested reaches a coroutine of \p env.
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_stopped(environment &env) {
  if (step_hooks *hooks = env.loop->hooks(); hooks && hooks->stop_delivered)
    hooks->stop_delivered(*hooks, env);
  throw operation_stopped{};
}

namespace detail {

[[gnu::cold]] inline void stop_passed_on(environment &env) noexcept {
  if (step_hooks *hooks = env.loop->hooks(); hooks && hooks->stop_passed_on)
    hooks->stop_passed_on(*hooks, env);
}

/// To be called before the environment leaves the loop's ring, if it had been asked to stop, or is abandoned.
[[gnu::cold, gnu::noinline]] inline void stopped_environment_ended(environment &env, environment_end how) noexcept {
  if (step_hooks *hooks = env.loop->hooks(); hooks && hooks->stopped_environment_ended)
    hooks->stopped_environment_ended(*hooks, env, how);
}

[[gnu::cold, gnu::noinline]] inline void queue_grew(std::size_t values) noexcept {
  scheduler *loop = scheduler::current();
  if (step_hooks *hooks = loop ? loop->hooks() : nullptr; hooks && hooks->queue_grew)
    hooks->queue_grew(*hooks, *loop, values, __builtin_return_address(0));
}

/// To be called in the step that gives \p to the news.
[[gnu::cold]] inline void stop_shown(promise_base &to) noexcept {
  if (step_hooks *hooks = to.loop().hooks(); hooks && hooks->stop_shown)
    hooks->stop_shown(*hooks, to);
}

} // namespace detail

} // namespace asyncrt
