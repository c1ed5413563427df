// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A child that runs under another environment than the coroutine that awaits it.
#pragma once

#include <asyncrt/core/awaitable.hpp>
#include <asyncrt/core/scheduler.hpp>

namespace asyncrt::detail {

/// Base of awaits that run one task with another stop source. Movable until it is awaited.
///
/// `parent_` is null until the await begins. `child_` is null before that and after the child has ended.
template <class T> class nested : protected receiver<T> {
public:
  explicit nested(task<T> t, typename receiver<T>::function on_done = resume_parent) noexcept
      : receiver<T>(on_done), task_(std::move(t)) {}
  nested(nested &&) = default;
  ~nested() {
    if (child_) {
      env_.abandon();
      child_.destroy();
      stopped_environment_ended(env_, environment_end::abandoned);
      env_.leave();
    }
  }

  static constexpr bool await_ready() noexcept { return false; }

protected:
  /// Begins the await: the child runs on \p parent's loop for its task, and \p stop may ask it to stop.
  std::coroutine_handle<> begin(promise_base &parent, inplace_stop_source *stop) noexcept {
    parent_ = &parent;
    env_ = {parent.env().loop, stop, parent.env().task, nullptr, &parent};
    child_ = task_.release();
    child_.promise().start_into(env_, *this);
    env_.enter_behind(parent.env().place);
    env_.loop->set_current_env(env_);
    return child_;
  }
  /// The child has ended: back to the parent.
  std::coroutine_handle<> end() noexcept {
    child_ = nullptr;
    if (env_.stop_requested()) [[unlikely]]
      stopped_environment_ended(env_, this->has_value() ? environment_end::value
                                      : this->stopped() ? environment_end::stop
                                                        : environment_end::other);
    env_.leave();
    env_.loop->set_current_env(parent_->env());
    return parent_->handle();
  }
  T value() { return std::move(static_cast<result<T> &>(*this)).value(); }
  promise_base &parent() const noexcept { return *parent_; }

private:
  static std::coroutine_handle<> resume_parent(receiver<T> &self) noexcept { return static_cast<nested &>(self).end(); }

  task<T> task_;
  std::coroutine_handle<task_promise<T>> child_;
  promise_base *parent_ = nullptr;
  environment env_;
};

} // namespace asyncrt::detail
