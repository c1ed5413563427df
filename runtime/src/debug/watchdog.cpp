// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The watching thread, and the handler in which a stalled thread looks at itself.
#include "watchdog.hpp"

#include <asyncrt/debug/await_graph.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <system_error>
#include <unistd.h>

namespace asyncrt::debug {

namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

/// A loop that has been in one step for so long does not write the graph itself any time soon.
constexpr auto stuck = 200ms;

/// How often the signal for graphs has come.
constinit std::atomic<unsigned> graphs_wanted = 0;

/// All watchdogs. Never destroyed: a loop may be after main().
struct watchdog_list {
  std::mutex mutex;
  std::vector<watchdog *> all;
};
watchdog_list &watchdogs() {
  static watchdog_list *const one = new watchdog_list;
  return *one;
}

void write_to_stderr(void *, const char *text, std::size_t size) {
  [[maybe_unused]] const ::ssize_t written = ::write(STDERR_FILENO, text, size);
}

/// On the loop's thread, wherever it is. All that is called was loaded before and allocates nothing.
void look_at_self(int, siginfo_t *info, void *) {
  if (info->si_code != SI_QUEUE || info->si_pid != ::getpid())
    return;
  const int error = errno;
  probe &p = *static_cast<probe *>(info->si_value.sival_ptr);
  if (p.graph.load(std::memory_order_acquire)) {
    p.wrote = p.loop.activity() == p.activity;
    if (p.wrote)
      write_await_graph(p.loop, write_to_stderr, nullptr);
  } else {
    p.activity = p.loop.activity();
    const task_info &task = *p.loop.current_env().task;
    std::strncpy(p.task, task.name, sizeof p.task - 1);
    p.where = task.where;
    p.stack = capture_stack(2);
  }
  ::sem_post(&p.answered);
  errno = error;
}

/// A real-time signal that nobody had a handler for, with ours; zero if there is none left.
int probe_signal() noexcept {
  static const int chosen = [] {
    for (int signal = SIGRTMIN + 5; signal <= SIGRTMAX; ++signal) {
      struct sigaction before, ours = {};
      if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL)
        continue;
      ours.sa_sigaction = look_at_self;
      ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
      ::sigfillset(&ours.sa_mask);
      if (::sigaction(signal, &ours, nullptr) == 0)
        return signal;
    }
    return 0;
  }();
  return chosen;
}

} // namespace

watchdog::watchdog(scheduler &loop, std::chrono::nanoseconds threshold, unsigned per_minute)
    : loop_(loop), threshold_(threshold), per_minute_(per_minute), probe_(new probe(loop)),
      graphs_(graphs_wanted.load()) {
  prepare_stacks();
  probe_signal();
  const std::lock_guard lock(watchdogs().mutex);
  watchdogs().all.push_back(this);
  try {
    start();
  } catch (...) {
    watchdogs().all.pop_back();
    delete probe_;
    throw;
  }
}

watchdog::~watchdog() {
  {
    const std::lock_guard lock(watchdogs().mutex);
    std::erase(watchdogs().all, this);
  }
  stop();
  delete probe_;
}

void watchdog::start() {
  ending_ = false;
  // Signals of the program are for its own threads.
  sigset_t all, before;
  ::sigfillset(&all);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF})
    ::sigdelset(&all, fault);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  try {
    watcher_ = std::thread([this] { watch(); });
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void watchdog::stop() noexcept {
  if (!watcher_.joinable())
    return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  watcher_.join();
}

void watchdog::enter() noexcept {
  {
    const std::lock_guard lock(mutex_);
    running_ = true;
    thread_ = ::pthread_self();
  }
  between_steps();
}

void watchdog::leave() noexcept {
  const std::lock_guard lock(mutex_);
  running_ = false;
}

void watchdog::graph_on(int signal) {
  struct sigaction ours = {};
  ours.sa_handler = [](int) { graphs_wanted.fetch_add(1, std::memory_order_relaxed); };
  ours.sa_flags = SA_RESTART;
  ::sigaction(signal, &ours, nullptr);
}

void watchdog::watch() {
  const std::chrono::nanoseconds period = std::clamp<std::chrono::nanoseconds>(threshold_ / 4, 1ms, 100ms);
  auto last = steady_clock::now();
  since_ = last;
  std::unique_lock lock(mutex_);
  while (!ending_) {
    changed_.wait_for(lock, period);
    lock.unlock();
    const auto now = steady_clock::now();
    // When this thread was kept from running, the other one may have been, too: that is not its fault. The time for
    // which this one meant to sleep counts, so that a step that lasts is found on a busy machine as well.
    if (now - last > period + threshold_ / 2)
      since_ += now - last - period;
    last = now;
    look(now);
    lock.lock();
  }
}

void watchdog::look(steady_clock::time_point now) {
  const std::uint64_t activity = loop_.activity();
  if (activity != seen_ || !(activity & 1)) {
    seen_ = activity;
    since_ = now;
    next_ = threshold_;
  } else if (now - since_ >= next_) {
    if (next_ == threshold_)
      stalls_.fetch_add(1, std::memory_order_relaxed);
    if (may_report(now))
      stalled(now - since_);
    next_ *= 2;
  }
  look_for_graph(now);
}

/// After each look at the loop.
void watchdog::look_for_graph(steady_clock::time_point now) {
  if (const unsigned wanted = graphs_wanted.load(std::memory_order_relaxed); wanted != graphs_) {
    graphs_ = wanted;
    graph_asked_ = now;
    graph_wanted_.store(true);
  }
  if (!graph_wanted_.load())
    return;
  // If it is about to wait and does not see this in time, the next look wakes it.
  loop_.interrupt_wait();
  bool running;
  {
    const std::lock_guard lock(mutex_);
    running = running_;
  }
  if (!running) {
    if (now - graph_asked_ >= stuck)
      graph_wanted_.store(false);
  } else if ((seen_ & 1) && now - since_ >= stuck && graph_wanted_.exchange(false)) {
    probe_->activity = seen_;
    probe_->wrote = false;
    if (ask(true) && !probe_->wrote)
      graph_wanted_.store(true); // It has just gone on, and may answer itself.
  }
}

void watchdog::write_graph() noexcept {
  if (graph_wanted_.exchange(false))
    write_await_graph(loop_, write_to_stderr, nullptr);
}

bool watchdog::may_report(steady_clock::time_point now) noexcept {
  if (now - minute_ >= 1min || minute_ == steady_clock::time_point()) {
    minute_ = now;
    in_minute_ = 0;
  }
  if (in_minute_++ < per_minute_)
    return true;
  ++kept_back_;
  return false;
}

void watchdog::stalled(std::chrono::nanoseconds duration) {
  const double ms = std::chrono::duration<double, std::milli>(duration).count();
  const bool answered = ask(false);
  if (answered && probe_->activity != seen_)
    return; // It has just gone on.
  finding f{"async-blocking-call",
            "the loop has been kept from running",
            answered ? probe_->task : "a task",
            answered ? probe_->where : std::source_location(),
            {},
            {{"milliseconds", static_cast<double>(static_cast<long>(ms))}}};
  if (answered)
    f.stack = probe_->stack;
  if (kept_back_)
    f.numbers[1] = {"reports kept back", static_cast<double>(std::exchange(kept_back_, 0))};
  report(f);
}

/// Whether the loop's thread has answered in time.
bool watchdog::ask(bool graph) {
  const int signal = probe_signal();
  if (!signal)
    return false;
  probe_->graph.store(graph, std::memory_order_release);
  {
    const std::lock_guard lock(mutex_);
    if (!running_ || ::pthread_sigqueue(thread_, signal, {.sival_ptr = probe_}) != 0)
      return false;
  }
  timespec until;
  ::clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 1;
  int result;
  while ((result = ::sem_timedwait(&probe_->answered, &until)) != 0 && errno == EINTR) {
  }
  if (result == 0)
    return true;
  probe_ = new probe(loop_); // The thread blocks the signal, and will see it some time.
  return false;
}

// --- Forking ------------------------------------------------------------------------------------------------------

no_watchers::no_watchers() {
  const std::lock_guard lock(watchdogs().mutex);
  stopped_.reserve(watchdogs().all.size());
  for (watchdog *w : watchdogs().all)
    if (w->watcher_.joinable()) {
      w->stop();
      stopped_.push_back(w);
    }
}

no_watchers::~no_watchers() {
  const std::lock_guard lock(watchdogs().mutex);
  for (watchdog *w : stopped_)
    try {
      w->start();
    } catch (const std::system_error &e) {
      std::fprintf(stderr, "asyncrt: after a fork, a loop is no longer watched: %s\n", e.what());
    }
}

std::size_t no_watchers::count() noexcept {
  const std::lock_guard lock(watchdogs().mutex);
  return static_cast<std::size_t>(std::count_if(watchdogs().all.begin(), watchdogs().all.end(),
                                                [](watchdog *w) { return w->watcher_.joinable(); }));
}

} // namespace asyncrt::debug
