// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// context_var<T>: a value that belongs to a task and is inherited by the tasks that it spawns.
#pragma once

#include <asyncrt/core/scheduler.hpp>

#include <concepts>
#include <utility>

namespace asyncrt {

/// A variable with one value per task, such as the id of a request: `inline context_var<int> request{0};`.
///
/// A coroutine and those which it awaits see the same value; a task, and each child of when_all() and its like, begins
/// with those of the one that started it, and what it sets is seen neither there nor by its siblings. The variable
/// itself must outlive all tasks; the values live until the last task that inherited them has ended.
/// Usable in a running loop; get() elsewhere gives the default. The values are found in a list, newest first: meant for
/// a handful of variables. Not thread-safe: offloaded work gets copies of what it needs.
template <std::move_constructible T> class context_var {
public:
  explicit context_var(T by_default = T()) : default_(std::move(by_default)) {}
  context_var(const context_var &) = delete;
  context_var &operator=(const context_var &) = delete;

  /// The value of the current task. The reference is valid until the task sets another one or ends.
  const T &get() const noexcept {
    if (scheduler *loop = scheduler::current())
      for (detail::context_node *n = loop->current_env().task->context; n; n = n->older)
        if (n->variable == this)
          return static_cast<binding *>(n)->value;
    return default_;
  }

  /// Sets the value for the current task. Traps outside of a running loop.
  void set(T value) const {
    task_info &task = current_task();
    task.context =
        new binding{{this, task.context, [](detail::context_node *n) noexcept { delete static_cast<binding *>(n); }},
                    std::move(value)};
  }

  /// Puts the value back that was there when scoped() was called. Must be destroyed by the task that made it.
  class [[nodiscard]] scope {
  public:
    scope(scope &&other) noexcept : task_(std::exchange(other.task_, nullptr)), before_(other.before_) {}
    scope &operator=(scope &&) = delete;
    ~scope() {
      if (task_)
        detail::context_release(std::exchange(task_->context, before_));
    }

  private:
    friend context_var;
    explicit scope(task_info &task) noexcept : task_(&task), before_(task.context) { detail::context_retain(before_); }
    task_info *task_;
    detail::context_node *before_;
  };

  /// Sets the value for as long as what it returns lives: `auto bound = request.scoped(42);`.
  scope scoped(T value) const {
    scope bound(current_task());
    set(std::move(value));
    return bound;
  }

private:
  struct binding : detail::context_node {
    T value;
  };
  static task_info &current_task() {
    scheduler *loop = scheduler::current();
    if (!loop) [[unlikely]]
      trap("a context_var was set outside of a running loop");
    return *loop->current_env().task;
  }
  T default_;
};

} // namespace asyncrt
