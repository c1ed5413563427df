// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// counting_scope: tasks that must have ended before something else is gone. (C++26: P3149)
#pragma once

#include <asyncrt/core/task_handle.hpp>

namespace asyncrt {

/// spawn() into a scope that has been closed.
struct scope_closed : std::exception {
  const char *what() const noexcept override { return "the scope is closed"; }
};

namespace detail {

/// What counting_scope and task_group share. `must_join_`: something was spawned since it was made or last joined.
class scope_base : protected task_list {
public:
  explicit scope_base(task_list::function on_removed) noexcept : task_list(on_removed) {}
  ~scope_base() {
    if (must_join_) [[unlikely]]
      destroyed_unjoined(__builtin_return_address(0));
  }

  /// Tasks that have not ended.
  using task_list::size;

  /// Asks all tasks to stop, and those that are spawned from now on.
  void request_stop() noexcept {
    stopping_ = true;
    task_list::request_stop();
  }
  bool stop_requested() const noexcept { return stopping_; }

  /// From now on spawn() throws scope_closed.
  void close() noexcept { closed_ = true; }

protected:
  template <class T> task_handle<T> spawn_here(task<T> t, const char *name) {
    scheduler *loop = scheduler::current();
    if (!loop) [[unlikely]]
      trap("spawn() outside of a running loop");
    if (closed_)
      throw scope_closed();
    must_join_ = true;
    auto &state = spawn_in(*loop, *this, std::move(t), name, *loop->current_env().task);
    if (stopping_)
      state.stop.request_stop();
    state.retain();
    return task_handle<T>(state);
  }

  /// For whoever waits until the scope is empty.
  void task_removed() noexcept {
    if (empty())
      joining_.complete_all();
  }

  /// Awaits that all tasks have ended. Being stopped asks them to stop, and the await goes on.
  class [[nodiscard]] join_base : public waiter {
  public:
    explicit join_base(scope_base &scope) noexcept : waiter(pass_on), scope_(scope) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_base &p = promise_of(h);
      if (stop_now(p))
        scope_.request_stop();
      if (scope_.empty())
        return false;
      suspend(p, scope_.joining_);
      return true;
    }

  protected:
    void joined() noexcept { scope_.must_join_ = false; }
    scope_base &scope_;

  private:
    static void pass_on(stop_hook &hook) noexcept {
      auto &self = static_cast<join_base &>(from_hook(hook));
      self.set_stopped();
      stop_passed_on(self.promise()->env());
      self.scope_.request_stop();
    }
  };

private:
  [[noreturn, gnu::cold, gnu::noinline]] static void destroyed_unjoined(const void *caller) noexcept {
    constexpr const char *what = "a scope was destroyed before it was joined";
    report_here({.check = "async-unjoined-scope", .what = what, .task = "", .where = {}}, caller);
    trap(what);
  }

  wait_list joining_;
  bool must_join_ = false;
  bool closed_ = false;
  bool stopping_ = false;
};

} // namespace detail

/// Tasks that live no longer than the scope. They do not influence each other; an error of one that no handle was asked
/// for is reported as async-unretrieved-error.
///
/// A scope into which something was spawned must be joined before it is destroyed, also if all tasks have ended; trap
/// otherwise. After join() it may be used again, unless it was closed. Loop thread only.
class counting_scope : public detail::scope_base {
public:
  counting_scope() noexcept
      : scope_base([](task_list &list, const std::exception_ptr &) noexcept {
          static_cast<counting_scope &>(list).task_removed();
          return false;
        }) {}

  /// Starts \p t in the next turn, as asyncrt::spawn() does. Throws scope_closed after close().
  template <class T> task_handle<T> spawn(task<T> t, const char *name = nullptr) {
    return spawn_here(std::move(t), name);
  }

  /// Waits until all tasks have ended. When the awaiting coroutine is asked to stop, they are too; operation_stopped is
  /// thrown after the last has ended.
  auto join() noexcept {
    struct [[nodiscard]] awaiter : join_base {
      using join_base::join_base;
      void await_resume() {
        joined();
        throw_if_stopped();
      }
    };
    return awaiter(*this);
  }
};

} // namespace asyncrt
