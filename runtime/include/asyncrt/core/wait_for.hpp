// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// wait(): until some of several spawned tasks have ended, all of which go on.
#pragma once

#include <asyncrt/core/fan_out.hpp>
#include <asyncrt/core/task_handle.hpp>

#include <span>

namespace asyncrt {

/// What wait() waits for.
enum class wait_for : unsigned char {
  all,         ///< Until every task has ended.
  first,       ///< Until one has ended, in any way.
  first_error, ///< Until one has ended with an error, or all have ended.
};

/// The positions of the tasks that had ended when wait() ended, and of those that had not; both ascending.
struct wait_result {
  std::vector<std::size_t> done;
  std::vector<std::size_t> pending;
};

namespace detail {

/// Waits until the task has ended, without its value.
template <class T> class [[nodiscard]] end_awaiter : public waiter {
public:
  explicit end_awaiter(task_state<T> &state) noexcept : state_(state) {}
  template <class P> bool await_suspend(std::coroutine_handle<P> h) noexcept {
    promise_base &p = promise_of(h);
    if (state_.ready() || stop_now(p))
      return false;
    suspend(p, state_.waiters);
    return true;
  }
  void await_resume() const { throw_if_stopped(); }

private:
  task_state<T> &state_;
};

struct one_has_ended {};

template <class T> task<> watch(task_state<T> &state, wait_for mode) {
  co_await end_awaiter<T>(state);
  if (mode == wait_for::first || (mode == wait_for::first_error && state.has_error()))
    throw one_has_ended();
}

class [[nodiscard]] watch_awaiter : public fan_out_range<void> {
public:
  using fan_out_range<void>::fan_out_range;
  void await_resume() {
    if (first_error() == nobody && parent().env().stop_requested())
      throw_stopped(parent().env());
  }
};

} // namespace detail

/// Waits for the tasks of \p handles as \p mode says, and tells which have ended. Nothing is thrown that they threw,
/// and they are not stopped, also when the wait itself is; ask the handles. An empty range ends at once. The handles
/// must outlive the await.
template <class T> task<wait_result> wait(std::span<task_handle<T>> handles, wait_for mode = wait_for::all) {
  std::vector<task<>> watches;
  for (const task_handle<T> &h : handles)
    watches.push_back(detail::watch(h.state(), mode));
  co_await detail::watch_awaiter(detail::stop_others::not_a_value, std::move(watches));
  wait_result found;
  for (std::size_t i = 0; i < handles.size(); ++i)
    (handles[i].ready() ? found.done : found.pending).push_back(i);
  co_return found;
}
/// The same for a vector of handles.
template <class T> task<wait_result> wait(std::vector<task_handle<T>> &handles, wait_for mode = wait_for::all) {
  return wait(std::span<task_handle<T>>(handles), mode);
}

} // namespace asyncrt
