// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// signal_set: signals as something to wait for; stop_on_signals(): a task that a signal asks to stop.
#pragma once

#include <asyncrt/core/nested.hpp>
#include <asyncrt/io/async_fd.hpp>

#include <utility>
#include <vector>

namespace asyncrt {

/// A signal that came.
struct signal_info {
  int number = 0;    ///< SIGINT and so on.
  int process = 0;   ///< Who sent it, if a process did.
  unsigned user = 0; ///< The real user id of that process.
};

namespace detail {

/// Takes the next signal.
class [[nodiscard]] signal_awaiter : io_awaiter {
public:
  explicit signal_awaiter(async_fd &on) noexcept : io_awaiter(readiness::readable, attempt_once), on_(on) {}
  using io_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return begin(promise_of(h), on_); }
  signal_info await_resume() const {
    finish("signal_set");
    return came_;
  }

private:
  static long attempt_once(io_awaiter &self, int number) noexcept;
  async_fd &on_;
  signal_info came_;
};

} // namespace detail

/// Holds signals back from their handlers for as long as it lives, so that coroutines can wait for them (signalfd).
///
/// They are blocked for the thread that makes it and for those which that starts from then on: make it before there are
/// threads, or block the signals in these, or they get them first. Several of one kind that come before they are waited
/// for are one. When it is destroyed, what has not been taken is dropped, and signals that were not blocked before are
/// not any more. Two sets must not share a signal. Move-only; thread-safety and belonging to a loop as in async_fd.
class [[nodiscard]] signal_set : async_fd {
public:
  /// std::system_error "signal_set", with EINVAL for what is no signal or cannot be blocked.
  explicit signal_set(const std::vector<int> &signals);
  signal_set(signal_set &&) = default;
  signal_set &operator=(signal_set &&) = delete;
  ~signal_set() { release(); }

  /// Waits for the next signal. Stoppable: it is taken or not. One coroutine at a time. Resumed on the loop that
  /// awaits.
  detail::signal_awaiter wait() noexcept { return detail::signal_awaiter(*this); }

  /// A signal that has come; its number is zero when there is none.
  signal_info try_take() noexcept;
  /// Gives the signals back to their handlers, without those that have come. Nothing comes here any more. Traps when a
  /// coroutine waits.
  void release() noexcept;

private:
  template <class> friend class stop_on_signals_awaiter;
  void unblock() noexcept;
  std::vector<int> blocked_; ///< By this set, and not before.
};

/// See stop_on_signals().
template <class T> class [[nodiscard]] stop_on_signals_awaiter : detail::nested<T>, readiness_operation, stop_hook {
  using base = detail::nested<T>;

public:
  stop_on_signals_awaiter(task<T> t, signal_set &signals) noexcept
      : base(std::move(t), ended), readiness_operation(came, -1, readiness::readable), stop_hook(stop),
        signals_(signals) {}
  stop_on_signals_awaiter(stop_on_signals_awaiter &&other) noexcept
      : base(std::move(other)), readiness_operation(std::move(other)), stop_hook(std::move(other)),
        signals_(other.signals_) {}
  ~stop_on_signals_awaiter() { forget(); }

  using base::await_ready;
  template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) {
    promise_base &p = detail::promise_of(h);
    reactor &r = static_cast<event_loop &>(p.loop()).io();
    number = signals_.get();
    int error = signals_.attach(r);
    if (error == 0) {
      error = r.start(*this);
      waiting_ = error == 0;
    }
    if (error < 0)
      detail::throw_io_error(-error, "stop_on_signals");
    if (error > 0)
      take();
    if (inplace_stop_source *outer = p.env().stop)
      outer->add_or_call(*this);
    return this->begin(p, &source_);
  }
  T await_resume() { return this->value(); }

private:
  /// The first signal asks to stop; from then on they have their usual meaning again, so that a second one gets rid of
  /// a program that does not hear.
  void take() noexcept {
    if (signals_.try_take().number == 0)
      return;
    signals_.unblock();
    source_.request_stop();
  }
  void forget() noexcept {
    if (std::exchange(waiting_, false) && !signals_.attached_to()->cancel(*this))
      trap("a coroutine was destroyed while the system works for it");
  }
  static void came(io_operation &op, int) noexcept {
    auto &self = static_cast<stop_on_signals_awaiter &>(static_cast<readiness_operation &>(op));
    self.waiting_ = false;
    self.take();
  }
  static std::coroutine_handle<> ended(receiver<T> &r) noexcept {
    auto &self = static_cast<stop_on_signals_awaiter &>(static_cast<base &>(r));
    self.unregister();
    self.forget();
    return self.end();
  }
  static void stop(stop_hook &hook) noexcept { static_cast<stop_on_signals_awaiter &>(hook).source_.request_stop(); }

  signal_set &signals_;
  bool waiting_ = false;
  inplace_stop_source source_;
};

/// Awaits \p t, and asks it to stop when one of \p signals comes, which have their usual meaning again from then on:
/// the next one gets rid of a program that does not stop. Gives what \p t ends with; throws operation_stopped when it
/// ends stopped. A stop of the awaiting coroutine is passed on. \p signals must outlive the await.
template <class T> stop_on_signals_awaiter<T> stop_on_signals(task<T> t, signal_set &signals) noexcept {
  return {std::move(t), signals};
}

} // namespace asyncrt
