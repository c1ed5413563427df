// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The list of loops, and where in their objects the members are that await_graph() reads: so a debugger needs no debug
/// information to read them too.
#include <asyncrt/debug/loop_list.hpp>

#include <cstddef>
#include <mutex>

namespace asyncrt::debug {

/// What gdb/asyncrt_gdb.py reads, in this order. Whoever changes what the numbers are changes the last character of
/// `version` in both places.
struct memory_map {
  char version[16] = "asyncrt map 001";
  std::uint32_t listed_environments = offsetof(listed_loop, environments_);
  std::uint32_t listed_current_env = offsetof(listed_loop, current_env_);
  std::uint32_t listed_activity = offsetof(listed_loop, activity_);
  std::uint32_t environment_stop = offsetof(environment, stop);
  std::uint32_t environment_task = offsetof(environment, task);
  std::uint32_t environment_leaf = offsetof(environment, leaf);
  std::uint32_t environment_parent = offsetof(environment, parent);
  std::uint32_t environment_place = offsetof(environment, place);
  std::uint32_t task_name = offsetof(task_info, name);
  std::uint32_t stop_requested = offsetof(inplace_stop_source, requested_);
  std::uint32_t promise_next_ready = offsetof(promise_base, next_ready_);
  std::uint32_t promise_continuation = offsetof(promise_base, continuation_);
  std::uint32_t promise_env = offsetof(promise_base, env_);
  std::uint32_t promise_where = offsetof(promise_base, where_);
  std::uint32_t promise_awaits_at = offsetof(promise_base, awaits_at_);
  /// A frame begins with the functions that resume and destroy it, and its promise follows.
  std::uint32_t frame_promise = 2 * sizeof(void *);
  /// All loops, the oldest first. `next` and `prev` of a place are its first two pointers.
  detail::ring_link<listed_loop> loops = {&loops, &loops};

  static_assert(offsetof(listed_loop, place_) == 0 && offsetof(detail::ring_link<listed_loop>, next) == 0);
  static_assert(alignof(promise_base) <= 2 * sizeof(void *));

  void add(listed_loop &loop, scheduler &of) noexcept {
    loop.environments_ = &of.environments();
    loop.current_env_ = &of.current_env_;
    loop.activity_ = &of.activity_;
    loops.push_back(loop.place_);
  }
};

namespace {
constinit std::mutex mutex;
} // namespace

} // namespace asyncrt::debug

extern "C" {
/// By this name the debugger finds it.
[[gnu::used]] constinit asyncrt::debug::memory_map asyncrt_memory_map;
}

namespace asyncrt::debug {

listed_loop::listed_loop(scheduler &loop) noexcept {
  const std::lock_guard lock(mutex);
  asyncrt_memory_map.add(*this, loop);
}

listed_loop::~listed_loop() {
  const std::lock_guard lock(mutex);
  place_.unlink();
}

} // namespace asyncrt::debug
