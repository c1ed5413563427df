// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// spawn() and task_handle<T>: a task that runs beside the one that started it.
#pragma once

#include <asyncrt/core/callback.hpp>
#include <asyncrt/core/task.hpp>
#include <asyncrt/core/wait.hpp>

#include <cstring>
#include <utility>

namespace asyncrt {

namespace detail {

/// What a spawned task and its handles share. Counted; the loop or scope holds one count until the task has ended.
template <class T> struct task_state : task_root, receiver<T> {
  task_state(task_list &owner, scheduler &loop, const task_info &from, const char *own_name) noexcept
      : receiver<T>(ended), owner(owner) {
    env = {&loop, &stop, &info};
    abandon = [](task_root &self) noexcept { static_cast<task_state &>(self).give_up(); };
    info.context = from.context;
    context_retain(info.context);
    info.name = own_name;
  }
  ~task_state() {
    if (this->has_error() && !retrieved) [[unlikely]]
      report_unretrieved("the task ended with an error that nobody asked for", info.name, info.where, this->error());
    if (name_is_owned)
      std::free(const_cast<char *>(info.name));
  }

  static void *operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void *memory, std::size_t size) noexcept { frame_pool::deallocate(memory, size); }

  void retain() noexcept { ++count; }
  void release() noexcept {
    if (--count == 0)
      delete this;
  }

  static std::coroutine_handle<> ended(receiver<T> &r) noexcept {
    static_cast<task_state &>(r).end();
    return std::noop_coroutine();
  }
  void end() noexcept {
    outermost = nullptr;
    env.leave();
    env.loop->set_current_env(env.loop->root_env());
    context_release(std::exchange(info.context, nullptr));
    if (step_hooks *hooks = env.loop->hooks(); hooks && hooks->task_ended) [[unlikely]]
      hooks->task_ended(*hooks, *this, this->has_value());
    waiters.complete_all();
    retrieved |= owner.remove(*this, this->error());
    release();
  }
  void give_up() noexcept {
    env.abandon();
    outermost->handle().destroy();
    this->set_stopped();
    end();
  }

  task_list &owner;
  wait_list waiters;
  unsigned count = 1;
  bool retrieved = false;
  bool name_is_owned = false;
};

/// Starts \p t, in the next turn, as a task of \p owner.
template <class T>
task_state<T> &spawn_in(scheduler &loop, task_list &owner, task<T> t, const char *name, const task_info &from) {
  const auto coroutine = t.release();
  task_promise<T> &promise = coroutine.promise();
  task_state<T> *state;
  try {
    state = new task_state<T>(owner, loop, from, promise.where().function_name());
    if (name) {
      if (char *copy = ::strdup(name)) {
        state->info.name = copy;
        state->name_is_owned = true;
      }
    }
  } catch (...) {
    coroutine.destroy();
    throw;
  }
  state->info.where = promise.where();
  state->outermost = &promise;
  promise.start_into(state->env, *state);
  state->env.enter_behind(*loop.environments().prev);
  owner.add(*state);
  if (step_hooks *hooks = loop.hooks(); hooks && hooks->task_started) [[unlikely]]
    hooks->task_started(*hooks, *state);
  loop.push_ready(promise);
  return *state;
}

/// Awaits a spawned task. Being stopped is passed on to it, and the await goes on until it has ended.
template <class T, bool Forward> class [[nodiscard]] join_awaiter : public waiter {
public:
  explicit join_awaiter(task_state<T> &state) noexcept
      : waiter(Forward ? pass_on : stop_hook::function(give_up)), state_(state) {}

  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    promise_base &p = promise_of(h);
    if (stop_now(p)) {
      if (!Forward)
        return false;
      state_.stop.request_stop();
    }
    if (state_.ready())
      return p.completed_inline();
    suspend(p, state_.waiters);
    return true;
  }

protected:
  /// Throws operation_stopped unless the task has ended.
  void finish() {
    if (!state_.ready()) [[unlikely]]
      throw_stopped(promise()->env());
    state_.retrieved = true;
  }
  task_state<T> &state_;

private:
  static void pass_on(stop_hook &hook) noexcept {
    auto &self = static_cast<join_awaiter &>(from_hook(hook));
    stop_passed_on(self.promise()->env());
    self.state_.stop.request_stop();
  }
  static void give_up(stop_hook &hook) noexcept { from_hook(hook).complete(); }
};

} // namespace detail

/// A spawned task: to await it, to ask it to stop, to see how it ended.
///
/// Move-only. Dropping the handle changes nothing for the task, which its loop or scope goes on to own; say detach() to
/// show that this is meant. If the task has then ended with an error that no handle was asked for, that is reported as
/// async-unretrieved-error. Loop thread only.
template <class T = void> class [[nodiscard]] task_handle {
  using state_type = detail::task_state<T>;

public:
  using value_type = T;

  /// Empty: refers to no task. Everything but assignment traps.
  task_handle() noexcept = default;
  task_handle(task_handle &&other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  task_handle &operator=(task_handle &&other) noexcept {
    task_handle(std::move(other)).swap(*this);
    return *this;
  }
  ~task_handle() { detach(); }
  void swap(task_handle &other) noexcept { std::swap(state_, other.state_); }

  /// For those who spawn: takes one count, which the caller has added.
  explicit task_handle(state_type &state) noexcept : state_(&state) {}

  explicit operator bool() const noexcept { return state_ != nullptr; }

  /// Whether the task has ended.
  bool ready() const noexcept { return state().ready(); }
  /// The value of a task that has ended, or its exception. Traps when it has not ended.
  std::add_lvalue_reference_t<T> result() {
    state().retrieved = true;
    return static_cast<asyncrt::result<T> &>(state()).value();
  }
  /// The exception of a task that has ended with one; null otherwise. Being stopped is no error.
  std::exception_ptr error() const noexcept {
    state().retrieved = true;
    return state().error();
  }
  /// Whether the task has ended by being stopped.
  bool stopped() const noexcept { return state().stopped(); }
  /// How the task has ended, moved out of it; empty while it runs.
  asyncrt::result<T> take_result() noexcept {
    state().retrieved = true;
    return std::move(static_cast<asyncrt::result<T> &>(state()));
  }

  /// Asks the task to stop; its next stoppable await, or the one it is in, throws operation_stopped. Nothing is resumed
  /// from here. Returns false when it was asked before.
  bool request_stop() noexcept { return state().stop.request_stop(); }
  /// The name that was given to spawn(), or the signature of the coroutine. Valid as long as this handle.
  const char *name() const noexcept { return state().info.name; }

  /// Calls \p f with the result (const asyncrt::result<T> &) in a step of its own after the task has ended. What \p f
  /// throws, run() throws.
  template <std::invocable<const asyncrt::result<T> &> F> void on_done(F f) {
    state_type &s = state();
    s.retain();
    const detail::callback c = call_when_done(task_handle(s), std::move(f));
    c.promise->bind(*s.env.loop);
    s.env.loop->push_ready(*c.promise);
  }

  /// Gives up the handle; the task goes on.
  void detach() noexcept {
    if (state_)
      std::exchange(state_, nullptr)->release();
  }

  /// Waits until the task has ended and gives a reference to its value; throws its exception, or operation_stopped.
  ///
  /// When the awaiting coroutine is asked to stop, the task is asked as well, and the await goes on until it has ended;
  /// a value that it ends with all the same is given. See detach_on_cancel() for the other way. Several coroutines may
  /// wait; they are resumed in the order in which they came.
  auto operator co_await() & noexcept {
    struct awaiter : detail::join_awaiter<T, true> {
      using detail::join_awaiter<T, true>::join_awaiter;
      std::add_lvalue_reference_t<T> await_resume() {
        this->finish();
        return static_cast<asyncrt::result<T> &>(this->state_).value();
      }
    };
    return awaiter(state());
  }
  /// The same, with the value moved out of the task.
  auto operator co_await() && noexcept {
    struct awaiter : detail::join_awaiter<T, true> {
      using detail::join_awaiter<T, true>::join_awaiter;
      T await_resume() {
        this->finish();
        return std::move(static_cast<asyncrt::result<T> &>(this->state_)).value();
      }
    };
    return awaiter(state());
  }

  /// For combinators.
  state_type &state() const noexcept {
    if (!state_) [[unlikely]]
      trap("an empty task_handle was used");
    return *state_;
  }

private:
  template <class F> static detail::callback call_when_done(task_handle handle, F f) {
    struct until_done : waiter {
      explicit until_done(state_type &s) noexcept : s(s) {}
      bool await_suspend(std::coroutine_handle<detail::callback::promise_type> h) noexcept {
        if (s.ready())
          return false;
        suspend_unstoppable(h.promise(), s.waiters);
        return true;
      }
      void await_resume() const noexcept {}
      state_type &s;
    };
    co_await until_done(handle.state());
    handle.state().retrieved = true;
    f(static_cast<const asyncrt::result<T> &>(handle.state()));
  }

  state_type *state_ = nullptr;
};

/// Starts \p t beside the current one and gives a handle to it. It begins in the loop's next turn, not now, and belongs
/// to \p loop, which asks it to stop when it closes. It inherits the context variables of the caller, and nothing else:
/// stopping the caller does not stop it. (task_group and counting_scope tie tasks together.)
///
/// \p name is copied; without one the task has the signature of its coroutine.
template <class T> task_handle<T> spawn(scheduler &loop, task<T> t, const char *name = nullptr) {
  auto &state = detail::spawn_in(loop, loop.tasks(), std::move(t), name, *loop.current_env().task);
  if (loop.root_env().stop_requested())
    state.stop.request_stop();
  state.retain();
  return task_handle<T>(state);
}

/// The same on the loop that runs on this thread. Traps when there is none.
template <class T> task_handle<T> spawn(task<T> t, const char *name = nullptr) {
  scheduler *loop = scheduler::current();
  if (!loop) [[unlikely]]
    trap("spawn() outside of a running loop; pass the loop");
  return spawn(*loop, std::move(t), name);
}

} // namespace asyncrt
