// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What all awaits of I/O are made of: try at once, and if that would block, wait for readiness and try again.
///
/// The trying happens in the loop between steps, not when the coroutine runs again. So an operation that was carried
/// out has a result that is given to whoever awaits, and one that was stopped has done nothing: no byte is lost in
/// between.
#pragma once

#include <asyncrt/core/stop_token.hpp>
#include <asyncrt/loop/event_loop.hpp>
#include <asyncrt/loop/reactor.hpp>

#include <cstddef>

namespace asyncrt {

class async_fd;

namespace detail {

/// Throws the std::system_error of \p error, an errno, in \p operation.
[[noreturn]] void throw_io_error(int error, const char *operation);

/// `result_` is what the last try gave. `waiting_`: the reactor holds this. `stop_sent_`: the reactor was asked to
/// cancel and the answer is on its way. `stopped_`: nothing was done, and a stop is why.
class [[nodiscard]] io_awaiter : readiness_operation, stop_hook {
public:
  io_awaiter(io_awaiter &&) = default;
  ~io_awaiter();
  static constexpr bool await_ready() noexcept { return false; }

protected:
  /// One try on a descriptor: zero or more is the result; -EAGAIN means to try again when it is ready; any other
  /// negative number is -errno. Must not throw nor resume.
  using attempt = long (*)(io_awaiter &, int number) noexcept;
  io_awaiter(readiness direction, attempt once) noexcept
      : readiness_operation(done, -1, direction), stop_hook(stop), once_(once) {}

  /// The await_suspend() of derived classes.
  bool begin(promise_base &p, async_fd &on);
  /// The result; throws the error in \p operation, or operation_stopped.
  std::size_t finish(const char *operation) const {
    if (stopped_ || result_ < 0) [[unlikely]]
      fail(operation);
    return static_cast<std::size_t>(result_);
  }

private:
  [[noreturn]] void fail(const char *operation) const;
  reactor &reactor_of() const { return static_cast<event_loop &>(promise_->loop()).io(); }
  bool would_block(reactor &r) noexcept;
  void resume() noexcept;
  static void done(io_operation &op, int result) noexcept;
  static void stop(stop_hook &hook) noexcept;

  promise_base *promise_ = nullptr;
  attempt once_;
  long result_ = 0;
  bool waiting_ = false;
  bool stop_sent_ = false;
  bool stopped_ = false;
};

} // namespace detail
} // namespace asyncrt
