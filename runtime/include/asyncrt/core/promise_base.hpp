// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What all promises of the runtime have in common, and the way back to whoever awaits.
#pragma once

#include <asyncrt/core/environment.hpp>
#include <asyncrt/core/frame_pool.hpp>
#include <asyncrt/core/result.hpp>

#include <coroutine>
#include <source_location>
#include <type_traits>

namespace asyncrt {

class scheduler;
class promise_base;
namespace debug {
struct memory_map;
} // namespace debug

template <class T> class task;
template <class T> class now_task;
namespace detail {
template <class T> inline constexpr bool is_task = false;
template <class T> inline constexpr bool is_task<task<T>> = true;
template <class T> inline constexpr bool is_task<now_task<T>> = true;

/// Who is told of each frame, on any thread.
struct frame_watch {
  void (*made)(promise_base &) noexcept;
  void (*destroyed)(promise_base &) noexcept;
};
/// Null: nobody watches.
inline constinit const frame_watch *frames_watched_by = nullptr;
/// Frames from this size on say so to whoever watches. Sizes are constants to the compiler, so others pay nothing.
inline constexpr std::size_t notable_frame_size = 4096;
inline constinit thread_local std::size_t fresh_frame_size = 0;
} // namespace detail

/// First base of every promise type of the runtime. A coroutine of another library has none, and cannot await ours.
///
/// `next_ready_` is one of: `this` (not in the ready list), null (its last element), another promise (the next one).
/// `env_` is null until the coroutine has been started.
class promise_base {
public:
  explicit promise_base(std::source_location where) noexcept : where_(where) {
    if (const auto *watch = __atomic_load_n(&detail::frames_watched_by, __ATOMIC_RELAXED)) [[unlikely]]
      watch->made(*this);
  }
  promise_base(const promise_base &) = delete;
  promise_base &operator=(const promise_base &) = delete;
  ~promise_base() {
    if (next_ready_ != this) [[unlikely]]
      trap("a coroutine was destroyed while it waited to be resumed");
    if (const auto *watch = __atomic_load_n(&detail::frames_watched_by, __ATOMIC_RELAXED)) [[unlikely]]
      watch->destroyed(*this);
  }

  /// Not to be called before the coroutine has started.
  environment &env() const noexcept { return *env_; }
  scheduler &loop() const noexcept { return *env_->loop; }
  bool started() const noexcept { return env_ != nullptr; }
  /// The coroutine itself: its signature and the line where it is defined.
  const std::source_location &where() const noexcept { return where_; }

  /// The coroutine of this promise. All promise types begin with this class and have its alignment, so that the
  /// handle is found from here.
  std::coroutine_handle<> handle() noexcept { return std::coroutine_handle<promise_base>::from_promise(*this); }

  /// The promise of a coroutine of the runtime.
  static promise_base &of(std::coroutine_handle<> coroutine) noexcept {
    return std::coroutine_handle<promise_base>::from_address(coroutine.address()).promise();
  }

  /// The coroutine that awaits this one; null when something else does (see receiver) or nothing.
  std::coroutine_handle<> continuation() const noexcept { return continuation_; }

  /// Notes where the coroutine awaits, for await_graph(). Called by the compiler for each co_await, with its operand.
  template <class A>
  A &&await_transform(A &&awaited, std::source_location at = std::source_location::current()) noexcept {
    awaits_at_ = at;
    // A task runs at once. While the coroutine is suspended for it, the task's own awaits tell of the innermost one.
    if constexpr (!detail::is_task<std::remove_cvref_t<A>>)
      env_->leaf = this;
    return static_cast<A &&>(awaited);
  }
  /// Whether the coroutine is in a ready list.
  bool is_ready() const noexcept { return next_ready_ != this; }
  /// The co_await in which the coroutine is, or was last; line 0 before the first one.
  const std::source_location &awaits_at() const noexcept { return awaits_at_; }

  /// For leaf awaits that could go on without suspending: false, go on, until the step has used up its budget; then
  /// true, and the coroutine has been put at the end of the ready list. Defined with the scheduler.
  bool completed_inline() noexcept;

  static void *operator new(std::size_t size) {
    if (size >= detail::notable_frame_size && __atomic_load_n(&detail::frames_watched_by, __ATOMIC_RELAXED))
      detail::fresh_frame_size = size;
    return detail::frame_pool::allocate(size);
  }
  static void operator delete(void *memory, std::size_t size) noexcept { detail::frame_pool::deallocate(memory, size); }

protected:
  friend class scheduler;
  friend class event_loop;
  friend class ready_list;
  friend struct debug::memory_map;

  promise_base *next_ready_ = this;
  std::coroutine_handle<> continuation_;
  environment *env_ = nullptr;
  std::source_location where_;
  std::source_location awaits_at_;
};

namespace detail {
/// Called when a coroutine ends with operation_stopped, before its frame goes. Null while nobody wants to know: set by
/// the first monitor.
inline constinit void (*ended_stopped)(promise_base &) noexcept = nullptr;
} // namespace detail

/// Who gets the result of a coroutine when that is not a coroutine that awaits it: a result, and a function that is
/// called when it is there. The frame is gone by then. The function returns what to resume next.
template <class T> struct receiver : result<T> {
  using function = std::coroutine_handle<> (*)(receiver &) noexcept;
  explicit receiver(function done) noexcept : on_done(done) {}
  function on_done;
};

/// A promise type that the leaf awaits of the runtime can work with.
template <class P>
concept runtime_promise = std::derived_from<P, promise_base> && alignof(P) == alignof(promise_base);

namespace detail {

/// The promise of a coroutine that awaits something of ours, whichever type it has.
template <class P> promise_base &promise_of(std::coroutine_handle<P> handle) noexcept {
  static_assert(runtime_promise<P>, "only a coroutine of asyncrt (task, async_generator) can await this");
  return handle.promise();
}

} // namespace detail
} // namespace asyncrt
