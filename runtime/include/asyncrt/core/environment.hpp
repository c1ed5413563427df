// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What a coroutine inherits from the one that awaits it: its loop, its stop token, its task.
#pragma once

#include <asyncrt/core/ring.hpp>
#include <asyncrt/core/stop_token.hpp>

#include <source_location>

namespace asyncrt {

class scheduler;
class promise_base;

namespace detail {

/// One binding of a context variable; see context_var.hpp. Counted, immutable, shared between tasks of one loop.
struct context_node {
  const void *variable;
  context_node *older; ///< Owned: one count.
  void (*destroy)(context_node *) noexcept;
  unsigned count = 1;
};
inline void context_retain(context_node *node) noexcept {
  if (node)
    ++node->count;
}
inline void context_release(context_node *node) noexcept {
  while (node && --node->count == 0) {
    context_node *older = node->older;
    node->destroy(node);
    node = older;
  }
}

} // namespace detail

/// What is the same for every coroutine of one task: its name, and the values of its context variables.
struct task_info {
  /// Shown in reports. The signature of the task's outermost coroutine, unless spawn() was given a name.
  const char *name = "";
  /// The newest binding of a context variable; older ones hang behind it. Owned: one count.
  detail::context_node *context = nullptr;
  /// The task's outermost coroutine.
  std::source_location where = {};
};

/// What a coroutine inherits. Awaiting hands on a pointer to the parent's; spawn(), when_all() and the adapters that
/// change something make one of their own, which lives as long as the coroutines that run under it.
struct environment {
  scheduler *loop = nullptr;           ///< Where the coroutine runs and is resumed. Never null once it has started.
  inplace_stop_source *stop = nullptr; ///< Who may ask it to stop; null: nobody can (unstoppable).
  task_info *task = nullptr;           ///< Never null once it has started.
  /// For await_graph(). The innermost of the coroutines, when they are suspended: the last one that awaited something
  /// else than a task. The chain goes up from it by continuation(). Null while they are destroyed.
  promise_base *leaf = nullptr;
  /// The coroutine that awaits what runs in this environment; null for a spawned task.
  promise_base *parent = nullptr;
  /// In the ring of all environments of the loop, behind that of the parent, while something runs in it.
  detail::ring_link<environment> place = {};

  /// Puts this into the ring, behind \p before. A signal may come at any time, and its handler walk the ring forwards:
  /// so everything else has been set, and each store leaves a ring that can be walked.
  void enter_behind(detail::ring_link<environment> &before) noexcept {
    place.prev = &before;
    place.next = before.next;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    before.next = &place;
    place.next->prev = &place;
  }
  /// Takes it out again.
  void leave() noexcept {
    place.prev->next = place.next;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    place.unlink();
  }
  /// To be called before the coroutines in it are destroyed: nobody may look for them.
  void abandon() noexcept {
    leaf = nullptr;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
  }

  bool stop_requested() const noexcept { return stop && stop->stop_requested(); }
  inplace_stop_token stop_token() const noexcept { return stop ? stop->get_token() : inplace_stop_token(); }
};

} // namespace asyncrt
