// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the runtime throws.
#pragma once

#include <exception>
#include <typeinfo>

namespace asyncrt {

/// A stop was delivered: thrown by a stoppable await after stop was requested.
///
/// On purpose not a std::exception: `catch (const std::exception &)` is for errors, and being asked to stop is none.
/// A `catch (...)` that does not rethrow swallows it; the next stoppable await throws it again.
struct operation_stopped final {};

/// The time of with_timeout() or timeout_at() is over, and what it watched has ended because of that.
struct timeout_error : std::exception {
  const char *what() const noexcept override { return "timed out"; }
};

/// A promise was destroyed before it was fulfilled.
struct broken_promise : std::exception {
  const char *what() const noexcept override { return "the promise was destroyed before it was fulfilled"; }
};

/// push() on a channel that is closed.
struct channel_closed : std::exception {
  const char *what() const noexcept override { return "the channel is closed"; }
};

/// event_loop::run_until() found that nothing can ever resume the task: no ready task, timer, I/O or outside work.
struct deadlock_error : std::exception {
  const char *what() const noexcept override { return "deadlock: the task waits and nothing can wake it"; }
};

namespace detail {

/// Whether \p error holds an operation_stopped. No cost worth speaking of: the exception is not thrown again.
inline bool is_stopped(const std::exception_ptr &error) noexcept {
#ifdef __GLIBCXX__
  return error && *error.__cxa_exception_type() == typeid(operation_stopped);
#else
  try {
    std::rethrow_exception(error);
  } catch (const operation_stopped &) {
    return true;
  } catch (...) {
    return false;
  }
#endif
}

} // namespace detail
} // namespace asyncrt
