// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// monitor: looks at a loop while it runs, and reports what goes wrong with it.
#pragma once

#include <asyncrt/core/scheduler.hpp>
#include <asyncrt/core/time.hpp>
#include <asyncrt/debug/histogram.hpp>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace asyncrt::debug {

class watchdog;
class frame_watcher;

/// What a monitor looks for. As they are made, options cost no more than a few nanoseconds per step, and are those of
/// loop_options::debug.
struct monitor_options {
  /// A step that takes longer is async-blocking-call, with the stack. Zero: nobody looks, and there is no thread.
  std::chrono::nanoseconds stall = std::chrono::milliseconds(100);
  /// More reports of stalls are kept back; the next one tells how many.
  unsigned stalls_per_minute = 10;
  /// A task that was asked to stop and has reached no stoppable await for longer, on the loop's clock, and is not in
  /// unstoppable(), is async-uncancellable-loop. Zero: nobody looks.
  std::chrono::nanoseconds deaf = std::chrono::seconds(5);
  /// Coroutines that do nothing but yield() for that long, on the loop's clock, with less than half a microsecond each
  /// time on average, are async-busy-wait. Zero: nobody looks.
  std::chrono::nanoseconds spin = std::chrono::seconds(1);
  /// More tasks at once, and then each time when they have doubled, are async-unbounded-spawn. Zero: never.
  std::size_t many_tasks = 100'000;
  /// More values in a channel without a bound are async-unbounded-queue, each time when their number has doubled. Zero:
  /// never.
  std::size_t many_values = 100'000;
  /// Measure each step, which costs two readings of the clock: for slowest_steps(), and for traces.
  bool steps = false;
  /// Look at each coroutine frame that is made and destroyed, which costs a tenth of a microsecond: for what follows,
  /// and for coroutines that are left when the loop closes (async-detached-task).
  bool frames = false;
  /// With frames: coroutines whose frames have so many bytes are async-large-frame, once each. At least 4096; zero:
  /// never.
  std::size_t large_frame = 16 * 1024;
  /// With frames: a step that needs so many bytes of stack for coroutines that are made or end in it is
  /// async-resume-in-await-suspend, once for each coroutine. Zero: never.
  std::size_t deep_stack = 256 * 1024;
};

/// Reports what it finds to the sink; see docs/debugging.md. It is attached from its constructor to its destructor,
/// which both run on the loop's thread while the loop does not; so does everything else but stalls(). Of two monitors
/// of a loop the newer one looks, for as long as it lives.
class monitor : step_hooks {
public:
  explicit monitor(scheduler &loop, monitor_options options = {});
  monitor(const monitor &) = delete;
  monitor &operator=(const monitor &) = delete;
  ~monitor();

  /// Between looking at I/O and timers: for how long the loop could not have answered.
  const histogram &lag() const noexcept { return lag_; }
  /// Steps that took longer than monitor_options::stall. From any thread.
  std::uint64_t stalls() const noexcept;
  /// Tasks that have not ended, and the most that there were.
  std::size_t tasks() const noexcept { return tasks_; }
  std::size_t most_tasks() const noexcept { return most_tasks_; }

  /// The page of metrics, in Prometheus' text format. Throws std::bad_alloc.
  std::string metrics() const;
  /// The \p most coroutines whose steps took the longest time in sum, a line each; empty without
  /// monitor_options::steps. Throws std::bad_alloc.
  std::string slowest_steps(std::size_t most = 10) const;

private:
  /// A coroutine into which a stop was thrown, and that has not ended with it so far.
  struct receipt {
    /// Its promise; when it was the outermost one of an environment and has ended with it, that, until it has ended.
    const void *holder;
    std::source_location coroutine;
    std::source_location at; ///< Where it awaited.
    unsigned times;
  };
  /// A task, or what an adapter or combinator runs, that was asked to stop by other than what awaits it.
  struct stopping {
    time_ns since = -1;     ///< When that was seen, outside of what is unstoppable; -1 before.
    bool shielded = false;  ///< It was in something unstoppable at this look.
    bool delivered = false; ///< It has been told, or whoever it awaits.
    bool reported = false;  ///< As deaf.
    bool goes_on = false;   ///< One coroutine has got it again and again, and that was reported.
    /// The last one to get it is the last.
    std::vector<receipt> receipts = {};
    /// Coroutines that were shown it as a value, and may do with that as they like, but for handing it on.
    std::vector<const promise_base *> shown = {};
  };
  struct step_time {
    std::source_location where;
    histogram times;
  };

  static monitor &of(step_hooks &hooks) noexcept { return static_cast<monitor &>(hooks); }
  environment *first_stopped(environment &env) noexcept;
  stopping *stopping_of(environment &env);
  void thrown_into(environment &env, const promise_base &coroutine);
  void ended_with_stop(promise_base &coroutine);
  void stopped_ended(environment &env, environment_end how);
  void report_swallowed(const environment &env, const receipt &by, const char *what);
  void looked(time_ns now);
  void look_for_spinning(time_ns lag);
  void look_for_deaf_tasks(time_ns now);
  void started();
  void ended(task_root &root, bool with_value);
  void step_ended();

  scheduler &loop_;
  const monitor_options options_;
  step_hooks *const before_;
  std::unique_ptr<watchdog> watchdog_;
  std::unique_ptr<frame_watcher> frames_;

  time_ns turn_began_ = 0;
  histogram lag_;

  std::uint64_t activity_ = 0; ///< At the last look; so is yields_.
  std::uint64_t yields_ = 0;
  std::uint64_t spinning_ = 0; ///< Steps that did nothing but yield, and how long they took.
  time_ns spun_ = 0;

  std::size_t tasks_ = 0;
  std::size_t most_tasks_ = 0;
  std::size_t started_ = 0;
  std::size_t many_tasks_;

  time_ns next_scan_ = 0;
  std::unordered_map<const environment *, stopping> stopping_;
  /// Coroutines that were reported for swallowing the stops of adapters.
  std::vector<std::source_location> swallowing_;

  time_ns step_began_ = 0;
  std::source_location step_of_;
  histogram steps_;
  std::unordered_map<const char *, step_time> step_times_;
};

/// Attaches a monitor if ASYNCRT_DEBUG asks for one, or \p wanted: `1` for monitor_options as they are made, `all` for
/// steps and frames too, and for SIGUSR2 that writes the await graph to standard error. Null otherwise.
std::unique_ptr<monitor> monitor_from_environment(scheduler &loop, bool wanted);

/// From now on \p signal, sent to the process, writes the await graphs of all loops with a monitor that looks for
/// stalls to standard error: between two steps, or, when a step has lasted for 200 ms, in the middle of it. Replaces
/// the handler of the signal.
void write_graphs_on(int signal);

} // namespace asyncrt::debug
