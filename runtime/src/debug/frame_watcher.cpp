// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The table of all frames. A mutex and a look-up for each frame are what this costs, so it has to be asked for.
#include "frame_watcher.hpp"

#include <asyncrt/debug/stack.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace asyncrt::debug {

namespace {

/// Where a frame was made.
struct origin {
  const char *thread;    ///< Its thread_mark.
  const scheduler *loop; ///< That ran; null if none did.
};

struct table {
  std::mutex mutex;
  unsigned watchers = 0;
  std::size_t large = 0;
  std::size_t deep = 0;
  std::unordered_map<promise_base *, origin> frames;
  std::unordered_set<std::string> told; ///< Reason and coroutine.
};

/// Never destroyed: frames may outlive everything.
table &the_table() noexcept {
  static table *const one = new table;
  return *one;
}

constinit thread_local const char *step_stack = nullptr;
/// Only where a step gets too deep is of interest, and not who is there as well.
constinit thread_local bool was_deep = false;

/// Whether \p reason is news for the coroutine of \p p. Under the mutex.
bool news(table &t, const char *reason, const promise_base &p) {
  return t.told.insert(std::string(reason) + p.where().file_name() + std::to_string(p.where().line())).second;
}

const char *task_of(const promise_base &p) noexcept {
  scheduler *loop = scheduler::current();
  return loop && (loop->activity() & 1) ? loop->current_env().task->name : p.where().function_name();
}

/// How far the stack reaches in this step.
std::size_t depth() noexcept {
  const char *here = static_cast<const char *>(__builtin_frame_address(0));
  return step_stack && here < step_stack ? static_cast<std::size_t>(step_stack - here) : 0;
}

/// Whether the step gets too deep with \p p, and that is news. Under the mutex.
bool too_deep(table &t, const promise_base &p) {
  return t.deep && depth() >= t.deep && !std::exchange(was_deep, true) && news(t, "deep", p);
}

void report_deep(const promise_base &p) noexcept {
  const stack taken = capture_stack();
  report({"async-resume-in-await-suspend",
          "coroutines are resumed inside of each other, and the stack grows and grows",
          task_of(p),
          p.where(),
          taken,
          {{"KiB", static_cast<double>(depth() / 1024)}}});
}

void made(promise_base &p) noexcept {
  const std::size_t size = std::exchange(asyncrt::detail::fresh_frame_size, 0);
  bool large, deep;
  {
    table &t = the_table();
    const std::lock_guard lock(t.mutex);
    t.frames[&p] = {&asyncrt::detail::thread_mark, scheduler::current()};
    large = t.large && size >= t.large && news(t, "large", p);
    deep = too_deep(t, p);
  }
  if (large)
    report({"async-large-frame",
            "the coroutine's frame is large",
            task_of(p),
            p.where(),
            {},
            {{"bytes", static_cast<double>(size)}}});
  if (deep)
    report_deep(p);
}

void destroyed(promise_base &p) noexcept {
  bool deep;
  {
    table &t = the_table();
    const std::lock_guard lock(t.mutex);
    t.frames.erase(&p);
    deep = too_deep(t, p);
  }
  if (deep)
    report_deep(p);
}

constexpr asyncrt::detail::frame_watch watch = {.made = made, .destroyed = destroyed};

} // namespace

frame_watcher::frame_watcher(std::size_t large, std::size_t deep) {
  table &t = the_table();
  const std::lock_guard lock(t.mutex);
  t.large = large;
  t.deep = deep;
  ++t.watchers;
  __atomic_store_n(&asyncrt::detail::frames_watched_by, &watch, __ATOMIC_RELAXED);
}

frame_watcher::~frame_watcher() {
  table &t = the_table();
  const std::lock_guard lock(t.mutex);
  if (--t.watchers != 0)
    return;
  __atomic_store_n(&asyncrt::detail::frames_watched_by, nullptr, __ATOMIC_RELAXED);
  t.frames.clear();
}

void frame_watcher::step(const void *stack) noexcept {
  step_stack = static_cast<const char *>(stack);
  was_deep = false;
}

void frame_watcher::report_left(const scheduler &loop) {
  std::vector<promise_base *> left;
  {
    table &t = the_table();
    const std::lock_guard lock(t.mutex);
    std::erase_if(t.frames, [&](const auto &frame) {
      const auto &[p, from] = frame;
      // What another coroutine awaits is left because that one is.
      if (from.thread != &asyncrt::detail::thread_mark || (from.loop && from.loop != &loop) || !p->started() ||
          p->continuation())
        return false;
      left.push_back(p);
      return true;
    });
  }
  for (const promise_base *p : left) {
    const std::source_location &at = p->awaits_at();
    char place[512];
    std::snprintf(place, sizeof place, "  it awaits at %s:%u\n", at.file_name(), static_cast<unsigned>(at.line()));
    report({"async-detached-task",
            "the coroutine is suspended, and its loop was closed: nobody will resume it",
            p->where().function_name(),
            p->where(),
            {},
            {},
            at.line() ? place : nullptr,
            at});
  }
}

} // namespace asyncrt::debug
