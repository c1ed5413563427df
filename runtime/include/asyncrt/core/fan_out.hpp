// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What when_all(), when_any() and their like have in common: children that run side by side and are all joined.
#pragma once

#include <asyncrt/core/nested.hpp>

#include <tuple>
#include <vector>

namespace asyncrt::detail {

/// When the other children are asked to stop: `never`; as soon as one has ended in any way but with a value
/// (`not_a_value`); as soon as one has ended with a value or an error (`decided`).
enum class stop_others : unsigned char { never, not_a_value, decided };

inline constexpr std::size_t nobody = static_cast<std::size_t>(-1);

/// The part that does not depend on types. `running_` counts the children that have not ended, and one more while they
/// are being started, so that the last one cannot resume the parent from within that.
class fan_out_base : stop_hook {
public:
  explicit fan_out_base(stop_others when) noexcept : stop_hook(stop), when_(when) {}
  fan_out_base(fan_out_base &&other) noexcept : stop_hook(std::move(other)), when_(other.when_) {}

  static constexpr bool await_ready() noexcept { return false; }

  inplace_stop_source &source() noexcept { return source_; }
  promise_base &parent() const noexcept { return *parent_; }

  /// Whether the parent gets it thrown that a child was stopped. Of when_any() only if all were, which that does
  /// itself.
  environment_end end_of_stopped() const noexcept {
    return when_ == stop_others::not_a_value ? environment_end::stop : environment_end::other;
  }

  /// Child \p index has ended. Gives what to resume.
  std::coroutine_handle<> ended(std::size_t index, bool with_value, bool with_error) noexcept {
    if (with_error && first_error_ == nobody)
      first_error_ = index;
    if ((with_error || with_value) && first_ == nobody)
      first_ = index;
    if (when_ == stop_others::decided ? with_value || with_error : when_ == stop_others::not_a_value && !with_value)
      source_.request_stop();
    if (--running_ != 0)
      return std::noop_coroutine();
    finish();
    return parent_->handle();
  }

protected:
  /// Starts \p count children by calling \p start(index). True when the parent must wait.
  template <class Start> bool begin(promise_base &parent, std::size_t count, Start &&start) noexcept {
    parent_ = &parent;
    running_ = count + 1;
    if (inplace_stop_source *outer = parent.env().stop)
      outer->add_or_call(*this);
    start();
    parent.loop().set_current_env(parent.env());
    if (--running_ != 0)
      return true;
    finish();
    return false;
  }

  /// The first child that ended with an error, or nobody.
  std::size_t first_error() const noexcept { return first_error_; }
  /// The first child that ended with a value or an error, or nobody.
  std::size_t first() const noexcept { return first_; }

private:
  void finish() noexcept {
    unregister();
    parent_->loop().set_current_env(parent_->env());
  }
  static void stop(stop_hook &hook) noexcept { static_cast<fan_out_base &>(hook).source_.request_stop(); }

  promise_base *parent_ = nullptr;
  inplace_stop_source source_;
  std::size_t running_ = 0;
  std::size_t first_error_ = nobody;
  std::size_t first_ = nobody;
  stop_others when_;
};

/// One child, with an environment and context variables of its own. `coroutine_` is null before it is started and after
/// it has ended.
template <class T> class fan_out_child : public receiver<T> {
public:
  explicit fan_out_child(task<T> t) noexcept : receiver<T>(child_ended), task_(std::move(t)) {}
  fan_out_child(fan_out_child &&other) noexcept : receiver<T>(child_ended), task_(std::move(other.task_)) {}
  ~fan_out_child() {
    if (!coroutine_)
      return;
    env_.abandon();
    coroutine_.destroy();
    stopped_environment_ended(env_, environment_end::abandoned);
    env_.leave();
    context_release(info_.context);
  }

  /// Runs the child until it suspends for the first time.
  void start(fan_out_base &all, std::size_t index) noexcept {
    all_ = &all;
    index_ = index;
    const environment &from = all.parent().env();
    env_ = {from.loop, &all.source(), &info_, nullptr, &all.parent()};
    info_ = *from.task;
    context_retain(info_.context);
    coroutine_ = task_.release();
    coroutine_.promise().start_into(env_, *this);
    env_.enter_behind(all.parent().env().place);
    from.loop->set_current_env(env_);
    coroutine_.resume();
  }

private:
  static std::coroutine_handle<> child_ended(receiver<T> &r) noexcept {
    auto &self = static_cast<fan_out_child &>(r);
    self.coroutine_ = nullptr;
    if (self.all_->source().stop_requested()) [[unlikely]]
      stopped_environment_ended(self.env_, self.has_value() ? environment_end::value
                                           : self.stopped() ? self.all_->end_of_stopped()
                                                            : environment_end::other);
    self.env_.leave();
    context_release(std::exchange(self.info_.context, nullptr));
    return self.all_->ended(self.index_, self.has_value(), self.has_error());
  }

  task<T> task_;
  std::coroutine_handle<task_promise<T>> coroutine_;
  fan_out_base *all_ = nullptr;
  std::size_t index_ = 0;
  environment env_;
  task_info info_;
};

/// Children of given types.
template <class... Ts> class fan_out : public fan_out_base {
public:
  fan_out(stop_others when, task<Ts>... tasks) noexcept : fan_out_base(when), children_(std::move(tasks)...) {}
  fan_out(fan_out &&) = default;

  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    return this->begin(promise_of(h), sizeof...(Ts), [this] {
      std::size_t index = 0;
      std::apply([&](auto &...child) { (child.start(*this, index++), ...); }, children_);
    });
  }

protected:
  /// Throws the error of child \p index.
  void rethrow(std::size_t index) {
    std::apply([&](auto &...child) { ((index-- == 0 ? child.rethrow() : void()), ...); }, children_);
  }
  std::tuple<fan_out_child<Ts>...> children_;
};

/// Any number of children of one type.
template <class T> class fan_out_range : public fan_out_base {
public:
  fan_out_range(stop_others when, std::vector<task<T>> tasks) : fan_out_base(when) {
    children_.reserve(tasks.size());
    for (task<T> &t : tasks)
      children_.emplace_back(std::move(t));
  }
  fan_out_range(fan_out_range &&) = default;

  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    return this->begin(promise_of(h), children_.size(), [this] {
      for (std::size_t i = 0; i < children_.size(); ++i)
        children_[i].start(*this, i);
    });
  }

protected:
  std::vector<fan_out_child<T>> children_;
};

/// A child's value where a void child counts as unit.
template <class T> unit_if_void<T> value_of(result<T> &r) {
  if constexpr (std::is_void_v<T>) {
    std::move(r).value();
    return {};
  } else {
    return std::move(r).value();
  }
}

} // namespace asyncrt::detail
