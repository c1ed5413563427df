// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// promise<T>, future<T>, shared_future<T>: a value that somebody will provide by hand.
#pragma once

#include <asyncrt/core/callback.hpp>
#include <asyncrt/core/wait.hpp>

#include <concepts>
#include <utility>

namespace asyncrt {

template <class T> class future;
template <class T> class shared_future;

namespace detail {

/// What a promise and its futures share. Counted.
template <class T> struct future_state {
  result<T> value;
  wait_list waiters;
  scheduler *loop = scheduler::current();
  unsigned count = 1;
  bool future_taken = false;

  static void *operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void *memory, std::size_t size) noexcept { frame_pool::deallocate(memory, size); }
};

/// One count of a state.
template <class T> class future_ref {
public:
  future_ref() noexcept = default;
  explicit future_ref(future_state<T> *s) noexcept : state_(s) {}
  future_ref(const future_ref &other) noexcept : state_(other.state_) {
    if (state_)
      ++state_->count;
  }
  future_ref(future_ref &&other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  future_ref &operator=(future_ref other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~future_ref() {
    if (state_ && --state_->count == 0)
      delete state_;
  }
  explicit operator bool() const noexcept { return state_ != nullptr; }
  future_state<T> &operator*() const noexcept {
    if (!state_) [[unlikely]]
      trap("an empty promise or future was used");
    return *state_;
  }
  future_state<T> *operator->() const noexcept { return &**this; }

private:
  future_state<T> *state_ = nullptr;
};

template <class T> class [[nodiscard]] future_awaiter : public waiter {
public:
  explicit future_awaiter(future_ref<T> state) noexcept : state_(std::move(state)) {}
  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    promise_base &p = promise_of(h);
    if (stop_now(p))
      return false;
    if (state_->value.ready())
      return p.completed_inline();
    suspend(p, state_->waiters);
    return true;
  }

protected:
  result<T> &finished() const {
    throw_if_stopped();
    return state_->value;
  }
  future_ref<T> state_;
};

template <class T, class F> callback call_when_fulfilled(future_ref<T> state, F f) {
  struct until_fulfilled : waiter {
    explicit until_fulfilled(future_state<T> &s) noexcept : s(s) {}
    bool await_suspend(std::coroutine_handle<callback::promise_type> h) noexcept {
      if (s.value.ready())
        return false;
      suspend_unstoppable(h.promise(), s.waiters);
      return true;
    }
    void await_resume() const noexcept {}
    future_state<T> &s;
  };
  co_await until_fulfilled(*state);
  f(std::as_const(state->value));
}

} // namespace detail

/// The side that provides. Move-only; loop thread only: what another thread has computed is posted to the loop, which
/// fulfils the promise. Coroutines that wait are resumed by the loop, each in a step of its own. A promise that is
/// destroyed unfulfilled gives its futures a broken_promise. Fulfilling it twice traps.
template <class T = void> class promise {
public:
  promise() : state_(new detail::future_state<T>) {}
  promise(promise &&) noexcept = default;
  promise &operator=(promise &&other) noexcept {
    promise(std::move(other)).swap(*this);
    return *this;
  }
  ~promise() {
    if (state_ && !state_->value.ready())
      set_error(std::make_exception_ptr(broken_promise()));
  }
  void swap(promise &other) noexcept { std::swap(state_, other.state_); }

  /// The other side; once, trap otherwise. Use share() on it for several.
  future<T> get_future() {
    if (std::exchange(state_->future_taken, true)) [[unlikely]]
      trap("get_future() was called twice on a promise");
    return future<T>(state_);
  }

  /// Fulfils the promise. No argument for void.
  template <class... Args>
    requires(std::is_void_v<T> ? sizeof...(Args) == 0 : sizeof...(Args) > 0)
  void set_value(Args &&...args) {
    check();
    state_->value.set_value(std::forward<Args>(args)...);
    state_->waiters.complete_all();
  }
  /// Fulfils it with an exception.
  void set_error(std::exception_ptr error) noexcept {
    check();
    state_->value.set_error(std::move(error));
    state_->waiters.complete_all();
  }
  /// Whoever waits gets operation_stopped.
  void set_stopped() noexcept {
    check();
    state_->value.set_stopped();
    state_->waiters.complete_all();
  }
  bool fulfilled() const noexcept { return state_->value.ready(); }

private:
  void check() const noexcept {
    if (state_->value.ready()) [[unlikely]]
      trap("a promise was fulfilled twice");
  }
  detail::future_ref<T> state_;
};

/// The side of the one who waits. Move-only; awaited once: `T v = co_await std::move(f);`. Loop thread only.
template <class T = void> class [[nodiscard]] future {
public:
  using value_type = T;
  future() noexcept = default;
  future(future &&) noexcept = default;
  future &operator=(future &&) noexcept = default;
  explicit future(detail::future_ref<T> state) noexcept : state_(std::move(state)) {}

  /// Whether it has been fulfilled.
  bool ready() const noexcept { return state_->value.ready(); }

  /// Waits until it is fulfilled, without a hop if it is, and gives the value, or throws the error. Stoppable; the
  /// future keeps nothing: it was moved into the await.
  auto operator co_await() && noexcept {
    struct awaiter : detail::future_awaiter<T> {
      using detail::future_awaiter<T>::future_awaiter;
      T await_resume() { return std::move(this->finished()).value(); }
    };
    (void)*state_; // Traps when empty.
    return awaiter(std::move(state_));
  }

  /// Calls \p f with the result (const asyncrt::result<T> &) in a step of its own once it is fulfilled: on the
  /// loop that runs, or else on the one on which the promise was made.
  template <std::invocable<const asyncrt::result<T> &> F> void on_done(F f) {
    (void)*state_;
    scheduler *loop = scheduler::current() ? scheduler::current() : state_->loop;
    if (!loop) [[unlikely]]
      trap("future::on_done() outside of a running loop");
    const detail::callback c = detail::call_when_fulfilled<T>(state_, std::move(f));
    c.promise->bind(*loop);
    loop->push_ready(*c.promise);
  }

  /// Makes it one that many may have.
  shared_future<T> share() && noexcept { return shared_future<T>(std::move(state_)); }

private:
  detail::future_ref<T> state_;
};

/// A future that can be copied and awaited any number of times, by any number of coroutines of one loop.
template <class T = void> class [[nodiscard]] shared_future {
public:
  using value_type = T;
  shared_future() noexcept = default;
  explicit shared_future(detail::future_ref<T> state) noexcept : state_(std::move(state)) {}

  bool ready() const noexcept { return state_->value.ready(); }

  /// Waits until it is fulfilled, without a hop if it is, and gives a reference to the value, valid as long as there is
  /// a copy of this; or throws the error. Stoppable.
  auto operator co_await() const noexcept {
    struct awaiter : detail::future_awaiter<T> {
      using detail::future_awaiter<T>::future_awaiter;
      std::add_lvalue_reference_t<std::add_const_t<T>> await_resume() {
        return std::as_const(this->finished()).value();
      }
    };
    return awaiter(state_);
  }

private:
  detail::future_ref<T> state_;
};

} // namespace asyncrt
