// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_readable() and async_writable(): waiting for a descriptor.
#pragma once

#include <asyncrt/core/wait.hpp>
#include <asyncrt/loop/event_loop.hpp>
#include <asyncrt/loop/reactor.hpp>

#include <cerrno>
#include <system_error>

namespace asyncrt {

namespace detail {

/// `result_` is what the reactor said: a negative errno, or zero and more. `stop_sent_`: the reactor was asked to
/// cancel and the answer is on its way. `stopped_`: it is there.
class [[nodiscard]] readiness_awaiter : readiness_operation, stop_hook {
public:
  readiness_awaiter(int fd, readiness direction) noexcept : readiness_operation(done, fd, direction), stop_hook(stop) {}
  readiness_awaiter(readiness_awaiter &&) = default;
  ~readiness_awaiter() {
    // Only a frame that is destroyed while it waits comes here waiting; see event_loop::close().
    if (waiting_ && !reactor_of().cancel(*this))
      trap("a coroutine was destroyed while the system works for it");
  }

  static constexpr bool await_ready() noexcept { return false; }
  template <class P> bool await_suspend(std::coroutine_handle<P> h) {
    promise_ = &promise_of(h);
    if (promise_->env().stop_requested()) {
      stopped_ = true;
      return false;
    }
    result_ = reactor_of().start(*this);
    if (result_ > 0)
      return promise_->completed_inline();
    if (result_ < 0)
      return false;
    waiting_ = true;
    if (inplace_stop_source *source = promise_->env().stop)
      source->add(*this);
    return true;
  }
  void await_resume() const {
    if (stopped_) [[unlikely]]
      throw_stopped(promise_->env());
    if (result_ < 0) [[unlikely]]
      throw std::system_error(-result_, std::system_category(), "waiting for a descriptor");
  }

private:
  reactor &reactor_of() const { return static_cast<event_loop &>(promise_->loop()).io(); }
  void resume() noexcept {
    waiting_ = false;
    promise_->loop().push_ready(*promise_);
  }
  static void done(io_operation &op, int result) noexcept {
    auto &self = static_cast<readiness_awaiter &>(op);
    self.unregister();
    self.result_ = result;
    self.stopped_ = self.stop_sent_ && result == -ECANCELED;
    self.resume();
  }
  static void stop(stop_hook &hook) noexcept {
    auto &self = static_cast<readiness_awaiter &>(hook);
    if (!self.reactor_of().cancel(self)) {
      self.stop_sent_ = true;
      return;
    }
    self.stopped_ = true;
    self.resume();
  }

  promise_base *promise_ = nullptr;
  int result_ = 0;
  bool waiting_ = false;
  bool stop_sent_ = false;
  bool stopped_ = false;
};

} // namespace detail

/// Suspends until \p fd may be read from without blocking: data, a connection, the end of the stream, an error.
///
/// A hint: try, and on EAGAIN wait again. Regular files are always ready. One coroutine at a time may wait for each
/// direction of a descriptor; std::system_error with EBUSY for a second one, and with the system's error for what
/// cannot be waited for. Resumed on the loop that awaits. Stoppable. The descriptor must stay open meanwhile.
inline detail::readiness_awaiter async_readable(int fd) noexcept { return {fd, readiness::readable}; }

/// The same for writing: room for data, an established connection, an error.
inline detail::readiness_awaiter async_writable(int fd) noexcept { return {fd, readiness::writable}; }

} // namespace asyncrt
