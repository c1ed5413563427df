// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The detectors that hang in a loop.
#include <asyncrt/debug/monitor.hpp>

#include "frame_watcher.hpp"
#include "watchdog.hpp"

#include <asyncrt/debug/await_graph.hpp>
#include <asyncrt/debug/sinks.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

namespace asyncrt::debug {

namespace {

/// Tasks that are looked at for being deaf; where there are more, it would show.
constexpr std::size_t most_scanned = 10'000;
/// A coroutine that gets its stop thrown so often goes on for ever. It may clean up by stoppable awaits before that.
constexpr unsigned most_throws = 4;
/// Steps that take longer than this on average do some work between yields. An empty loop around yield() takes ten to
/// sixty nanoseconds, and a hundred when steps are measured.
constexpr time_ns idle_step = 500;

environment &environment_at(detail::ring_link<environment> *place) noexcept {
  return *reinterpret_cast<environment *>(reinterpret_cast<char *>(place) - offsetof(environment, place));
}

time_ns monotonic() noexcept {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return time_ns{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

double seconds(time_ns t) noexcept { return static_cast<double>(t) / 1e9; }

[[gnu::format(printf, 2, 3)]] void append(std::string &text, const char *format, ...) {
  char line[1024];
  __builtin_va_list arguments;
  __builtin_va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  __builtin_va_end(arguments);
  text += line;
}

void append_metric(std::string &page, const char *name, const char *type, const char *help, double value) {
  append(page, "# HELP %s %s\n# TYPE %s %s\n%s %.12g\n", name, help, name, type, name, value);
}

void append_metric(std::string &page, const char *name, const char *help, const histogram &h) {
  append(page, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
  std::size_t below = 0;
  for (std::size_t i = 0; i < histogram::buckets; ++i)
    append(page, "%s_bucket{le=\"%g\"} %zu\n", name, seconds(histogram::bounds[i]), below += h.in(i));
  append(page, "%s_bucket{le=\"+Inf\"} %zu\n%s_sum %.9f\n%s_count %zu\n", name, h.count(), name, seconds(h.sum()), name,
         h.count());
}

} // namespace

monitor::monitor(scheduler &loop, monitor_options options)
    : loop_(loop), options_(options), before_(loop.hooks()), many_tasks_(options.many_tasks) {
  entered = [](step_hooks &h, scheduler &loop, time_ns now) noexcept {
    monitor &m = of(h);
    m.turn_began_ = now;
    if (m.options_.stall.count() && !m.watchdog_)
      m.watchdog_ = std::make_unique<watchdog>(loop, m.options_.stall, m.options_.stalls_per_minute);
    if (m.watchdog_)
      m.watchdog_->enter();
  };
  left = [](step_hooks &h, scheduler &) noexcept {
    if (of(h).watchdog_)
      of(h).watchdog_->leave();
  };
  looks_outside = [](step_hooks &h, scheduler &, time_ns now) noexcept {
    of(h).looked(now);
    if (of(h).watchdog_)
      of(h).watchdog_->between_steps();
  };
  waited = [](step_hooks &h, scheduler &, time_ns now) noexcept {
    of(h).turn_began_ = now;
    if (of(h).watchdog_)
      of(h).watchdog_->between_steps();
  };
  deadlocked = [](step_hooks &, scheduler &loop, task_root &root) noexcept {
    report({"async-deadlock",
            "nothing could ever wake the task that the loop waits for",
            root.info.name,
            root.info.where,
            {},
            {},
            await_graph(loop).c_str()});
  };
  queue_grew = [](step_hooks &h, scheduler &loop, std::size_t values, const void *caller) noexcept {
    if (const std::size_t many = of(h).options_.many_values; many == 0 || values <= many)
      return;
    const task_info &task = *loop.current_env().task;
    report_here({"async-unbounded-queue",
                 "a channel without a bound grows and grows; the task that pushes",
                 task.name,
                 task.where,
                 {},
                 {{"values", static_cast<double>(values)}}},
                caller);
  };
  task_started = [](step_hooks &h, task_root &) noexcept { of(h).started(); };
  task_ended = [](step_hooks &h, task_root &root, bool with_value) noexcept { of(h).ended(root, with_value); };
  stop_delivered = [](step_hooks &h, environment &env) noexcept {
    if (stopping *s = of(h).stopping_of(env)) {
      s->delivered = true;
      of(h).thrown_into(env, *env.leaf);
    }
  };
  step_hooks::ended_stopped = [](step_hooks &h, promise_base &p) noexcept { of(h).ended_with_stop(p); };
  __atomic_store_n(
      &asyncrt::detail::ended_stopped,
      +[](promise_base &p) noexcept {
        if (step_hooks *hooks = p.loop().hooks(); hooks && hooks->ended_stopped)
          hooks->ended_stopped(*hooks, p);
      },
      __ATOMIC_RELAXED);
  stop_passed_on = [](step_hooks &h, environment &env) noexcept {
    if (stopping *s = of(h).stopping_of(env))
      s->delivered = true;
  };
  stopped_environment_ended = [](step_hooks &h, environment &env, environment_end how) noexcept {
    of(h).stopped_ended(env, how);
  };
  stop_shown = [](step_hooks &h, promise_base &p) noexcept {
    if (stopping *s = of(h).stopping_of(p.env()))
      s->shown.push_back(&p);
  };
  // Whoever hung something into the loop before is told of its steps as well: see trap_report.cpp.
  const bool handed_on = before_ && before_->before_step && before_->after_step;
  if (options.frames) {
    frames_ = std::make_unique<frame_watcher>(options.large_frame, options.deep_stack);
    closed = [](step_hooks &, scheduler &loop) noexcept { frame_watcher::report_left(loop); };
  }
  if (options.steps || options.frames || handed_on) {
    before_step = [](step_hooks &h, promise_base &p) noexcept {
      monitor &m = of(h);
      if (m.before_ && m.before_->before_step)
        m.before_->before_step(*m.before_, p);
      if (m.options_.steps) {
        m.step_of_ = p.where();
        m.step_began_ = monotonic();
      }
      if (m.frames_)
        frame_watcher::step(__builtin_frame_address(0));
    };
    after_step = [](step_hooks &h, scheduler &loop) noexcept {
      monitor &m = of(h);
      if (m.frames_)
        frame_watcher::step(nullptr);
      if (m.options_.steps)
        m.step_ended();
      if (m.before_ && m.before_->after_step)
        m.before_->after_step(*m.before_, loop);
    };
  }
  for (detail::ring_link<environment> *p = loop.environments().next; p != &loop.environments(); p = p->next)
    tasks_ += environment_at(p).parent == nullptr;
  most_tasks_ = tasks_;
  loop.set_hooks(this);
}

monitor::~monitor() {
  if (loop_.hooks() == this)
    loop_.set_hooks(before_);
}

std::uint64_t monitor::stalls() const noexcept { return watchdog_ ? watchdog_->stalls() : 0; }

// --- Turns --------------------------------------------------------------------------------------------------------

void monitor::looked(time_ns now) {
  const time_ns lag = now - turn_began_;
  turn_began_ = now;
  lag_.add(lag);
  look_for_spinning(lag);
  if (now >= next_scan_)
    look_for_deaf_tasks(now);
}

/// Whether all steps since the last look ended in a yield, and were short.
void monitor::look_for_spinning(time_ns lag) {
  const std::uint64_t steps = (loop_.activity() - std::exchange(activity_, loop_.activity())) / 2;
  const std::uint64_t yields = loop_.yields() - std::exchange(yields_, loop_.yields());
  if (steps == 0 || steps != yields) {
    spinning_ = 0;
    spun_ = 0;
    return;
  }
  const bool told = spun_ >= options_.spin.count();
  spun_ += lag;
  spinning_ += steps;
  if (told || options_.spin.count() == 0 || spun_ < options_.spin.count() ||
      spun_ / static_cast<time_ns>(spinning_) > idle_step)
    return;
  environment &first = environment_at(loop_.environments().next);
  const bool any = !loop_.environments().alone();
  report({"async-busy-wait",
          "coroutines do nothing but yield",
          any ? first.task->name : "a callback",
          any ? first.task->where : std::source_location(),
          {},
          {{"milliseconds", static_cast<double>(spun_) / 1e6}},
          await_graph(loop_).c_str()});
}

// --- Stops --------------------------------------------------------------------------------------------------------

/// The outermost environment to which the stop came that \p env was asked for: those further out were not, or do not
/// hand it on. Null if it was not asked.
environment *monitor::first_stopped(environment &env) noexcept {
  if (!env.stop_requested())
    return nullptr;
  environment *first = &env;
  while (first->parent && first->parent->env().stop_requested())
    first = &first->parent->env();
  return first == &loop_.root_env() ? nullptr : first;
}

/// What is known of that.
monitor::stopping *monitor::stopping_of(environment &env) {
  environment *first = first_stopped(env);
  return first ? &stopping_[first] : nullptr;
}

void monitor::thrown_into(environment &env, const promise_base &coroutine) {
  environment *first = first_stopped(env);
  if (!first)
    return;
  stopping &s = stopping_[first];
  receipt r{&coroutine, coroutine.where(), coroutine.awaits_at(), 1};
  const auto before = std::find_if(s.receipts.begin(), s.receipts.end(), [&](const receipt &b) {
    // Its frame may be that of another one that has ended.
    return b.holder == r.holder && b.coroutine.function_name() == r.coroutine.function_name();
  });
  if (before != s.receipts.end()) {
    r.times = before->times + 1;
    s.receipts.erase(before);
  }
  s.receipts.push_back(r);
  if (r.times < most_throws || s.goes_on || !s.shown.empty())
    return;
  s.goes_on = true;
  report_swallowed(*first, r,
                   first->parent ? "a part of the task was stopped, and goes on and on all the same"
                                 : "the task was stopped, and goes on and on all the same");
}

/// Whoever awaits \p coroutine gets the stop thrown, if it is not shown it. A stop that did not come from outside, such
/// as that of another task, is none.
void monitor::ended_with_stop(promise_base &coroutine) {
  stopping *s = stopping_of(coroutine.env());
  if (!s)
    return;
  const bool shown = std::erase(s->shown, &coroutine) != 0;
  const auto by_it = [&](const receipt &r) { return r.holder == &coroutine; };
  if (!std::erase_if(s->receipts, by_it) && !shown)
    return;
  if (coroutine.continuation())
    thrown_into(coroutine.env(), promise_base::of(coroutine.continuation()));
  else
    s->receipts.push_back({&coroutine.env(), coroutine.where(), coroutine.awaits_at(), 1});
}

void monitor::stopped_ended(environment &env, environment_end how) {
  if (stopping *s = how == environment_end::abandoned ? nullptr : stopping_of(env)) {
    const auto by_it = [&](const receipt &r) { return r.holder == &env; };
    if (std::erase_if(s->receipts, by_it) && how == environment_end::stop)
      thrown_into(env.parent->env(), *env.parent);
  }
  const auto found = stopping_.find(&env);
  if (found == stopping_.end())
    return;
  const stopping s = std::move(found->second);
  stopping_.erase(found);
  if (how == environment_end::value && !s.receipts.empty() && s.shown.empty() && !s.goes_on)
    report_swallowed(env, s.receipts.back(), "a part of the task was stopped, and ended with a value all the same");
}

void monitor::report_swallowed(const environment &env, const receipt &by, const char *what) {
  if (env.parent) {
    // Adapters may be awaited again and again.
    if (std::any_of(swallowing_.begin(), swallowing_.end(), [&](const std::source_location &told) {
          return told.function_name() == by.coroutine.function_name() && told.line() == by.coroutine.line();
        }))
      return;
    swallowing_.push_back(by.coroutine);
  }
  std::string place;
  append(place, "  %s got the stop at %s:%u", by.coroutine.function_name(), by.at.file_name(),
         static_cast<unsigned>(by.at.line()));
  if (by.times >= most_throws)
    append(place, " for the %uth time", by.times);
  append(place, ", and did not hand it on\n");
  if (env.parent)
    append(place, "  it was stopped by what %s awaits at %s:%u\n", env.parent->where().function_name(),
           env.parent->awaits_at().file_name(), static_cast<unsigned>(env.parent->awaits_at().line()));
  report({"async-swallowed-cancellation", what, env.task->name, by.coroutine, {}, {}, place.c_str(), by.at});
}

void monitor::look_for_deaf_tasks(time_ns now) {
  const time_ns deaf = options_.deaf.count();
  next_scan_ = now + std::max<time_ns>(deaf / 4, 1'000'000);
  if (deaf == 0 || tasks_ > most_scanned)
    return;
  // Who is in something unstoppable is deaf on purpose: it counts from the first look after that.
  for (detail::ring_link<environment> *p = loop_.environments().next; p != &loop_.environments(); p = p->next) {
    environment *env = &environment_at(p);
    if (!env->parent || env->stop)
      continue;
    while (env->parent)
      env = &env->parent->env();
    if (env->stop_requested())
      stopping_[env].shielded = true;
  }
  for (detail::ring_link<environment> *p = loop_.environments().next; p != &loop_.environments(); p = p->next) {
    environment &env = environment_at(p);
    if (env.parent || !env.stop_requested())
      continue;
    stopping &s = stopping_[&env];
    if (std::exchange(s.shielded, false)) {
      s.since = -1;
      continue;
    }
    if (s.since < 0)
      s.since = now;
    if (s.delivered || s.reported || now - s.since < deaf)
      continue;
    s.reported = true;
    const std::source_location &at = env.leaf->awaits_at();
    std::string place;
    append(place, "  it awaits at %s:%u\n", at.file_name(), static_cast<unsigned>(at.line()));
    report({"async-uncancellable-loop",
            "the task was asked to stop and has reached no await that hears it",
            env.task->name,
            env.task->where,
            {},
            {{"milliseconds", static_cast<double>((now - s.since) / 1'000'000)}},
            at.line() ? place.c_str() : nullptr});
  }
}

void monitor::ended(task_root &root, bool with_value) {
  tasks_ -= tasks_ != 0; // Zero when another monitor took turns with this one.
  if (stopping_.empty())
    return;
  const auto found = stopping_.find(&root.env);
  if (found == stopping_.end())
    return;
  const stopping s = std::move(found->second);
  stopping_.erase(found);
  if (with_value && !s.receipts.empty() && s.shown.empty() && !s.goes_on)
    report_swallowed(root.env, s.receipts.back(), "the task was stopped, and ended with a value all the same");
}

// --- Tasks and steps ----------------------------------------------------------------------------------------------

void monitor::started() {
  ++started_;
  most_tasks_ = std::max(most_tasks_, ++tasks_);
  if (many_tasks_ == 0 || tasks_ <= many_tasks_)
    return;
  many_tasks_ = tasks_ * 2;
  environment &newest = environment_at(loop_.environments().prev);
  report({"async-unbounded-spawn",
          "very many tasks are alive; the newest",
          newest.task->name,
          newest.task->where,
          {},
          {{"tasks", static_cast<double>(tasks_)}}});
}

void monitor::step_ended() {
  const time_ns length = monotonic() - step_began_;
  steps_.add(length);
  step_time &t = step_times_[step_of_.function_name()];
  t.where = step_of_;
  t.times.add(length);
  trace_step(step_of_.function_name(), step_began_, length);
}

std::string monitor::slowest_steps(std::size_t most) const {
  std::vector<const step_time *> all;
  for (const auto &[name, time] : step_times_)
    all.push_back(&time);
  std::sort(all.begin(), all.end(),
            [](const step_time *a, const step_time *b) { return a->times.sum() > b->times.sum(); });
  all.resize(std::min(most, all.size()));
  std::string text;
  for (const step_time *t : all)
    append(text, "%10.3f ms in %zu steps, longest %.3f ms: %s (%s:%u)\n", seconds(t->times.sum()) * 1e3,
           t->times.count(), seconds(t->times.longest()) * 1e3, t->where.function_name(), t->where.file_name(),
           static_cast<unsigned>(t->where.line()));
  return text;
}

std::string monitor::metrics() const {
  std::string page;
  append_metric(page, "event_loop_lag_seconds", "Time between looks at I/O and timers.", lag_);
  append_metric(page, "event_loop_steps_total", "counter", "Coroutines that were resumed.",
                static_cast<double>(loop_.activity() / 2));
  append_metric(page, "event_loop_stalls_total", "counter", "Steps that kept the loop from running for long.",
                static_cast<double>(stalls()));
  append_metric(page, "event_loop_tasks", "gauge", "Tasks that have not ended.", static_cast<double>(tasks_));
  append_metric(page, "event_loop_tasks_most", "gauge", "The most tasks at once.", static_cast<double>(most_tasks_));
  append_metric(page, "event_loop_tasks_started_total", "counter", "Tasks that were spawned.",
                static_cast<double>(started_));
  if (options_.steps)
    append_metric(page, "event_loop_step_seconds", "Length of steps.", steps_);
  return page;
}

// --- The environment ----------------------------------------------------------------------------------------------

std::unique_ptr<monitor> monitor_from_environment(scheduler &loop, bool wanted) {
  static const char *const value = std::getenv("ASYNCRT_DEBUG");
  monitor_options options;
  if (value && *value && std::strcmp(value, "0") != 0) {
    wanted = true;
    if (std::strcmp(value, "all") == 0) {
      options.steps = options.frames = true;
      write_graphs_on(SIGUSR2);
    } else if (std::strcmp(value, "1") != 0) {
      static const bool said =
          std::fprintf(stderr, "asyncrt: ASYNCRT_DEBUG=%s: there are 0, 1 and all; taken as 1\n", value) > 0;
      (void)said;
    }
  }
  return wanted ? std::make_unique<monitor>(loop, options) : nullptr;
}

void write_graphs_on(int signal) { watchdog::graph_on(signal); }

} // namespace asyncrt::debug
