// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A thread that looks whether a loop's coroutine lets the loop go on, and a signal that shows where it is.
#pragma once

#include <asyncrt/core/scheduler.hpp>
#include <asyncrt/debug/stack.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <semaphore.h>
#include <thread>
#include <vector>

namespace asyncrt::debug {

/// What the signal handler is to look at, and what it has seen.
struct probe {
  probe(scheduler &loop) noexcept : loop(loop) { ::sem_init(&answered, 0, 0); }
  ~probe() { ::sem_destroy(&answered); }
  scheduler &loop;
  std::atomic<bool> graph = false; ///< Stored last before the signal. Write the await graph to standard error, and
                                   ///< nothing else; only if the loop is still in the step `activity`.
  ::sem_t answered;
  std::uint64_t activity = 0;
  bool wrote = false; ///< The graph.
  debug::stack stack;
  char task[256] = "";
  std::source_location where;
};

/// Reports as async-blocking-call a step that takes longer than \p threshold, when it has taken that long, and again
/// each time when it has taken twice as long; at most \p per_minute times.
class watchdog {
public:
  watchdog(scheduler &loop, std::chrono::nanoseconds threshold, unsigned per_minute);
  /// When the loop does not run.
  ~watchdog();

  /// The loop runs on the calling thread; it does so no more.
  void enter() noexcept;
  void leave() noexcept;
  /// To be called by the loop between its steps, often: writes the await graph if one was asked for.
  void between_steps() noexcept {
    if (graph_wanted_.load(std::memory_order_relaxed)) [[unlikely]]
      write_graph();
  }

  /// Steps that took longer than the threshold. From any thread.
  std::uint64_t stalls() const noexcept { return stalls_.load(std::memory_order_relaxed); }

  /// From now on \p signal, sent to the process, writes the await graphs of all loops that are watched to standard
  /// error. A loop does so itself, between two steps; one that is stuck in a step is interrupted there.
  static void graph_on(int signal);

private:
  friend class no_watchers;
  void start();
  void stop() noexcept;
  void watch();
  void look(std::chrono::steady_clock::time_point now);
  void stalled(std::chrono::nanoseconds duration);
  void look_for_graph(std::chrono::steady_clock::time_point now);
  void write_graph() noexcept;
  bool ask(bool graph);
  bool may_report(std::chrono::steady_clock::time_point now) noexcept;

  scheduler &loop_;
  const std::chrono::nanoseconds threshold_;
  const unsigned per_minute_;
  probe *probe_; ///< Owned, but for one that a signal that is still on its way may be answered in.

  std::mutex mutex_; ///< Of what follows.
  std::condition_variable changed_;
  bool ending_ = false;
  bool running_ = false;
  ::pthread_t thread_ = {};

  // Of the watching thread.
  std::uint64_t seen_ = 0;
  std::chrono::steady_clock::time_point since_ = {};
  std::chrono::nanoseconds next_ = {};
  std::chrono::steady_clock::time_point minute_ = {};
  unsigned in_minute_ = 0;
  unsigned kept_back_ = 0;
  unsigned graphs_ = 0;
  std::chrono::steady_clock::time_point graph_asked_ = {};

  std::atomic<bool> graph_wanted_ = false; ///< Whoever makes it false writes the graph.
  std::atomic<std::uint64_t> stalls_ = 0;
  std::thread watcher_;
};

/// While it lives, the loops of this thread and those that do not run have no watching threads: for a fork. It waits
/// for what they are doing, for a second at most. If a thread cannot be made afterwards, its loop stays unwatched,
/// which one line on standard error says.
class no_watchers {
public:
  no_watchers();
  no_watchers(const no_watchers &) = delete;
  no_watchers &operator=(const no_watchers &) = delete;
  ~no_watchers();

  /// How many watching threads the program has.
  static std::size_t count() noexcept;

private:
  std::vector<watchdog *> stopped_;
};

} // namespace asyncrt::debug
