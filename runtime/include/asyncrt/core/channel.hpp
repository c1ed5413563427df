// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// channel<T>, also called async_queue<T>: values from producers to consumers, with a bound.
#pragma once

#include <asyncrt/core/error.hpp>
#include <asyncrt/core/ring_buffer.hpp>
#include <asyncrt/core/wait.hpp>

#include <limits>
#include <optional>
#include <vector>

namespace asyncrt {

/// What push() does when a channel is full.
enum class overflow : unsigned char {
  suspend,     ///< Waits for room: the producer is slowed down to the consumer's speed.
  drop_newest, ///< Drops the value that is pushed.
  drop_oldest, ///< Drops the value that has been in the channel longest.
};

/// A bounded queue between coroutines of one loop, first in first out, for any number of producers and consumers.
///
/// Capacity zero is a rendezvous: push() ends when a consumer has taken the value. `unbounded` has no bound and no
/// back-pressure. close() replaces the sentinel: what is in the channel can still be taken, then pop() gives nothing.
/// A value is never lost by a stop: a push that throws operation_stopped has not pushed, and a pop that throws it has
/// not popped. Loop thread only; from other threads, post the call. Waiters are served in the order in which they came,
/// each in a step of its own. Traps when it is destroyed while somebody waits.
template <class T> class channel {
public:
  static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

  explicit channel(std::size_t capacity = unbounded, overflow policy = overflow::suspend) noexcept
      : capacity_(capacity), policy_(policy) {}

  /// Puts \p value in, waiting for room if the policy is to suspend. Throws channel_closed when the channel is closed,
  /// also while it waits. Stoppable.
  auto push(T value) { return push_awaiter(*this, std::move(value)); }

  /// Takes the oldest value, waiting for one; nothing when the channel is closed and empty. Stoppable.
  auto pop() noexcept { return pop_awaiter(*this); }

  /// Takes at least one and at most \p most values, waiting only for the first; none when closed and empty. Stoppable.
  auto pop_batch(std::size_t most) noexcept { return batch_awaiter(*this, most); }

  /// Puts \p value in if that needs no waiting and the channel is not closed; leaves it alone otherwise. The policies
  /// to drop apply.
  bool try_push(T &&value) {
    if (closed_)
      return false;
    if (!poppers_.empty()) {
      auto &popper = static_cast<pop_awaiter &>(poppers_.front());
      popper.value_.emplace(std::move(value));
      ++unfinished_;
      popper.complete();
      return true;
    }
    if (buffer_.size() >= capacity_) {
      if (policy_ == overflow::suspend)
        return false;
      ++dropped_;
      if (policy_ == overflow::drop_newest || capacity_ == 0)
        return true;
      buffer_.pop_front();
      task_done();
    }
    const bool grew = buffer_.push_back(std::move(value));
    ++unfinished_;
    if (grew && capacity_ == unbounded) [[unlikely]]
      detail::queue_grew(buffer_.size());
    return true;
  }
  bool try_push(const T &value) {
    T copy = value;
    return try_push(std::move(copy));
  }

  /// The oldest value if there is one.
  std::optional<T> try_pop() {
    std::optional<T> value;
    if (!buffer_.empty()) {
      value.emplace(std::move(buffer_.front()));
      buffer_.pop_front();
      admit();
    } else if (!pushers_.empty()) {
      auto &pusher = static_cast<push_awaiter &>(pushers_.front());
      value.emplace(std::move(pusher.value_));
      ++unfinished_;
      pusher.complete();
    }
    return value;
  }

  /// No more values: push() throws channel_closed, also those that wait; pop() gives what is left and then nothing.
  void close() noexcept {
    closed_ = true;
    while (!pushers_.empty()) {
      static_cast<push_awaiter &>(pushers_.front()).refused_ = true;
      pushers_.complete_one();
    }
    poppers_.complete_all();
  }

  bool closed() const noexcept { return closed_; }
  bool empty() const noexcept { return buffer_.empty(); }
  /// Values in the channel; those of waiting producers do not count.
  std::size_t size() const noexcept { return buffer_.size(); }
  std::size_t capacity() const noexcept { return capacity_; }
  /// Values that a policy has dropped.
  std::size_t dropped() const noexcept { return dropped_; }

  /// A consumer is done with a value that it popped. Traps when that is said more often than values were pushed.
  void task_done() noexcept {
    if (unfinished_ == 0) [[unlikely]]
      trap("task_done() was called more often than values were pushed");
    if (--unfinished_ == 0)
      finished_.complete_all();
  }
  /// Waits until task_done() was called for every value that was pushed. Stoppable. (asyncio: Queue.join)
  auto join() noexcept { return join_awaiter(*this); }

private:
  /// There is room: the first waiting producer's value comes in.
  void admit() {
    if (pushers_.empty() || buffer_.size() >= capacity_)
      return;
    auto &pusher = static_cast<push_awaiter &>(pushers_.front());
    buffer_.push_back(std::move(pusher.value_));
    ++unfinished_;
    pusher.complete();
  }

  class [[nodiscard]] push_awaiter : public waiter {
  public:
    push_awaiter(channel &c, T &&value) : channel_(c), value_(std::move(value)) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      refused_ = channel_.closed_;
      if (refused_)
        return false;
      if (channel_.try_push(std::move(value_)))
        return p.completed_inline();
      suspend(p, channel_.pushers_);
      return true;
    }
    void await_resume() const {
      throw_if_stopped();
      if (refused_) [[unlikely]]
        throw channel_closed();
    }

  private:
    friend channel;
    channel &channel_;
    T value_;
    bool refused_ = false;
  };

  class [[nodiscard]] pop_awaiter : public waiter {
  public:
    explicit pop_awaiter(channel &c) noexcept : channel_(c) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      value_ = channel_.try_pop();
      if (value_ || channel_.closed_)
        return p.completed_inline();
      suspend(p, channel_.poppers_);
      return true;
    }
    std::optional<T> await_resume() {
      throw_if_stopped();
      return std::move(value_);
    }

  private:
    friend channel;
    channel &channel_;
    std::optional<T> value_;
  };

  class [[nodiscard]] batch_awaiter : public pop_awaiter {
  public:
    batch_awaiter(channel &c, std::size_t most) noexcept : pop_awaiter(c), channel_(c), most_(most) {}
    std::vector<T> await_resume() {
      std::vector<T> batch;
      for (std::optional<T> v = pop_awaiter::await_resume(); v;
           v = batch.size() < most_ ? channel_.try_pop() : std::nullopt)
        batch.push_back(std::move(*v));
      return batch;
    }

  private:
    channel &channel_;
    std::size_t most_;
  };

  class [[nodiscard]] join_awaiter : public waiter {
  public:
    explicit join_awaiter(channel &c) noexcept : channel_(c) {}
    template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      if (channel_.unfinished_ == 0)
        return p.completed_inline();
      suspend(p, channel_.finished_);
      return true;
    }
    void await_resume() const { throw_if_stopped(); }

  private:
    channel &channel_;
  };

  detail::ring_buffer<T> buffer_;
  wait_list pushers_;
  wait_list poppers_;
  wait_list finished_;
  std::size_t capacity_;
  std::size_t unfinished_ = 0;
  std::size_t dropped_ = 0;
  overflow policy_;
  bool closed_ = false;
};

/// The name that asyncio has made known.
template <class T> using async_queue = channel<T>;

} // namespace asyncrt
