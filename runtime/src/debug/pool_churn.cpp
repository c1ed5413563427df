// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Remembers, for each place that makes executors, how often it did so in steps and how many of them came to nothing.
/// Threads are seen by interposing pthread_create().
#include <asyncrt/core/executor_watch.hpp>

#include "interpose.hpp"
#include "trap_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <pthread.h>

namespace asyncrt::debug {

namespace {

/// So many within a second, each for fewer jobs than this, are reported.
constexpr std::size_t many = 3;
constexpr std::size_t few_jobs = 2;
constexpr time_ns within = 1'000'000'000;

/// A place, told apart by who called it, and how.
struct maker {
  const void *key = nullptr;
  stack at = {};
  const char *kind = nullptr;
  unsigned in_steps = 0; ///< Steps in which it made some.
  step_number last = {};
  std::array<time_ns, many - 1> ended = {}; ///< When the last ones ended that had few jobs; the oldest first.
  bool reported = false;
};

/// More places than fit are not watched.
struct maker_table {
  std::mutex mutex;
  std::array<maker, 256> all;
  std::size_t size = 0;
};
constinit maker_table makers;

/// Code that calls a place from elsewhere (a factory) makes another key: so many frames further out count.
constexpr std::size_t callers = 2;

/// Null when there is no room. Under the mutex.
maker *find(const void *key) noexcept {
  const auto end = makers.all.begin() + makers.size;
  if (const auto m = std::find_if(makers.all.begin(), end, [=](const maker &m) { return m.key == key; }); m != end)
    return m;
  if (makers.size == makers.all.size())
    return nullptr;
  maker &fresh = makers.all[makers.size++];
  fresh.key = key;
  return &fresh;
}

void report(maker &m, const char *how) noexcept {
  m.reported = true;
  char text[128];
  std::snprintf(text, sizeof text, "%s %s", m.kind, how);
  report_at("async-per-call-executor", stepping(), text, m.at);
}

unsigned made(const char *kind, const void *from) noexcept {
  if (detectors_off::now())
    return 0;
  const detectors_off here;
  const stack at = stack_of_caller(from);
  const std::lock_guard lock(makers.mutex);
  maker *m = find(place_of(at, callers));
  if (!m || m->reported)
    return 0;
  m->at = at;
  m->kind = kind;
  // Once is how a program begins that begins with a coroutine.
  // Several in one step, such as one for each of its kinds of work or processors, are one activation.
  if (const scheduler *s = stepping()) {
    const step_number step = step_of(*s);
    if (m->last != step && ++m->in_steps == 2)
      report(*m, "is made in a coroutine, for the second time");
    m->last = step;
  }
  return static_cast<unsigned>(m - makers.all.data()) + 1;
}

time_ns now() noexcept {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return time_ns{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void ended(unsigned number, std::size_t jobs) noexcept {
  if (jobs >= few_jobs)
    return;
  const detectors_off here;
  const std::lock_guard lock(makers.mutex);
  maker &m = makers.all[number - 1];
  if (m.reported)
    return;
  const time_ns time = now();
  if (m.ended.front() != 0 && time - m.ended.front() < within)
    return report(m, "is made again and again, three times within a second, for less than two jobs each");
  std::copy(m.ended.begin() + 1, m.ended.end(), m.ended.begin());
  m.ended.back() = time;
}

constexpr asyncrt::detail::executor_watch watch = {.made = made, .ended = ended};

[[gnu::constructor]] void begin() noexcept { asyncrt::detail::executors_watched_by = &watch; }

} // namespace

/// Keeps this file in programs: see asyncrt_traps.
extern "C" constinit char asyncrt_pool_churn = 0;

} // namespace asyncrt::debug

ASYNCRT_NEXT(pthread_create)
extern "C" int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                              void *argument) noexcept {
  if (asyncrt::scheduler::current() && asyncrt::debug::stepping() && !asyncrt::detail::executors_unwatched)
    asyncrt::debug::made("a thread", __builtin_return_address(0));
  return next_pthread_create()(thread, attributes, run, argument);
}
