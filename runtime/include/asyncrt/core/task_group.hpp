// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// task_group: tasks that succeed or fail together. (asyncio: TaskGroup)
#pragma once

#include <asyncrt/core/as_result.hpp>
#include <asyncrt/core/counting_scope.hpp>
#include <asyncrt/core/exception_group.hpp>
#include <asyncrt/core/nested.hpp>

#include <algorithm>
#include <vector>

namespace asyncrt {

/// A scope whose tasks are all asked to stop when one of them fails, and whose join() throws what they threw.
///
/// Use with_task_group(), which joins it whatever happens; a bare group must be joined before it is destroyed, also
/// when an exception flies, or else it traps. A task that was stopped has not failed. Loop thread only.
class task_group : public detail::scope_base {
public:
  task_group() noexcept : scope_base(removed) {}

  /// Starts \p t in the next turn, as asyncrt::spawn() does. In a group that is being stopped it finds the stop at its
  /// first stoppable await. Throws scope_closed after close().
  template <class T> task_handle<T> spawn(task<T> t, const char *name = nullptr) {
    return spawn_here(std::move(t), name);
  }

  /// Asks all tasks to stop, those that are spawned from now on, and the body of with_task_group().
  void request_stop() noexcept {
    scope_base::request_stop();
    body_.request_stop();
  }

  /// Waits until all tasks have ended, then throws their only error, or all of them as an exception_group. When the
  /// awaiting coroutine was asked to stop, they were too; operation_stopped is thrown if none has failed.
  auto join() noexcept {
    struct [[nodiscard]] awaiter : join_base {
      using join_base::join_base;
      void await_resume() {
        joined();
        exception_group::rethrow(std::exchange(static_cast<task_group &>(scope_).errors_, {}));
        throw_if_stopped();
      }
    };
    return awaiter(*this);
  }

private:
  template <class Body> friend auto with_task_group(Body body) -> task<detail::started_value_t<Body, task_group &>>;

  static bool removed(task_list &list, const std::exception_ptr &error) noexcept {
    auto &group = static_cast<task_group &>(list);
    if (error) {
      group.errors_.push_back(error);
      group.request_stop();
    }
    group.task_removed();
    return error != nullptr;
  }

  /// Waits until all tasks have ended; whether a stop came meanwhile. The errors stay.
  auto all_ended() noexcept {
    struct [[nodiscard]] awaiter : join_base {
      using join_base::join_base;
      bool await_resume() noexcept {
        joined();
        return was_stopped();
      }
    };
    return awaiter(*this);
  }

  /// Runs the body where the group can stop it, and what stops it stops the group.
  template <class T> class [[nodiscard]] body_awaiter : detail::nested<T>, stop_hook {
  public:
    body_awaiter(task_group &group, task<T> t) noexcept
        : detail::nested<T>(std::move(t), ended), stop_hook(stop), group_(group) {}
    using detail::nested<T>::await_ready;
    template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_base &p = detail::promise_of(h);
      if (inplace_stop_source *outer = p.env().stop)
        outer->add_or_call(*this);
      return this->begin(p, &group_.body_);
    }
    result<T> await_resume() noexcept { return std::move(static_cast<result<T> &>(*this)); }

  private:
    static std::coroutine_handle<> ended(receiver<T> &r) noexcept {
      auto &self = static_cast<body_awaiter &>(static_cast<detail::nested<T> &>(r));
      self.unregister();
      return self.end();
    }
    static void stop(stop_hook &hook) noexcept { static_cast<body_awaiter &>(hook).group_.request_stop(); }
    task_group &group_;
  };

  inplace_stop_source body_;
  std::vector<std::exception_ptr> errors_;
};

/// Awaits body(group), which spawns tasks into the group, and joins them: the group is left only when all have ended.
///
/// When a task fails, the others and the body are asked to stop; when the body fails, the tasks are. The only error is
/// thrown, or all as an exception_group; operation_stopped if there is none but the body, or what awaits all this, was
/// stopped. Otherwise the body's value is given.
template <class Body> auto with_task_group(Body body) -> task<detail::started_value_t<Body, task_group &>> {
  using value = detail::started_value_t<Body, task_group &>;
  const auto invoke = [](Body &body, task_group &group) -> task<value> { co_return co_await body(group); };
  task_group group;
  result<value> ended = co_await task_group::body_awaiter<value>(group, invoke(body, group));
  if (!ended.has_value())
    group.request_stop();
  const bool stopped = co_await group.all_ended();
  // A body that awaited the handle of a task that failed has the same exception.
  std::vector<std::exception_ptr> errors = std::move(group.errors_);
  if (ended.has_error() && std::find(errors.begin(), errors.end(), ended.error()) == errors.end())
    errors.push_back(ended.error());
  exception_group::rethrow(std::move(errors));
  if (stopped)
    throw_stopped(scheduler::current()->current_env());
  co_return std::move(ended).value();
}

} // namespace asyncrt
