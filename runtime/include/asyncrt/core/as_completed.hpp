// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// as_completed(): results in the order in which they come.
#pragma once

#include <asyncrt/core/as_result.hpp>
#include <asyncrt/core/async_generator.hpp>
#include <asyncrt/core/channel.hpp>
#include <asyncrt/core/task_handle.hpp>
#include <asyncrt/core/unstoppable.hpp>

#include <memory>
#include <vector>

namespace asyncrt {

/// How one of the tasks of as_completed() ended, and which of the vector it was.
template <class T> struct completed {
  std::size_t index;
  result<T> ended;
};

namespace detail {

/// `ended` outlives the generator: tasks that it has dropped still report.
template <class T> struct completion_order {
  channel<completed<T>> ended;
  std::vector<task_handle<>> tasks;

  static task<> run(task<T> t, std::size_t index, std::shared_ptr<completion_order> all) {
    result<T> r = co_await as_result(std::move(t));
    all->ended.try_push(completed<T>{index, std::move(r)});
  }
  void request_stop() noexcept {
    for (task_handle<> &t : tasks)
      t.request_stop();
  }
};

} // namespace detail

/// Starts all \p tasks with the first next(), and gives how each ended, in the order in which they ended; an error of
/// one does not touch the others. When the coroutine that awaits next() is asked to stop, all are stopped and joined
/// before operation_stopped is thrown. When the generator is dropped early, the tasks that still run are asked to stop,
/// but nobody waits for them until their loop closes: take all, or stop, if that matters.
template <class T> async_generator<completed<T>> as_completed(std::vector<task<T>> tasks) {
  using order = detail::completion_order<T>;
  struct owner {
    std::shared_ptr<order> all = std::make_shared<order>();
    ~owner() { all->request_stop(); }
  } own;
  const std::size_t count = tasks.size();
  for (std::size_t i = 0; i < count; ++i)
    own.all->tasks.push_back(spawn(order::run(std::move(tasks[i]), i, own.all), "as_completed"));
  for (std::size_t i = 0; i < count; ++i) {
    result<std::optional<completed<T>>> next = co_await as_result(own.all->ended.pop());
    if (!next) {
      own.all->request_stop();
      for (task_handle<> &t : own.all->tasks)
        (void)co_await as_result(unstoppable(t));
      next.rethrow();
    }
    co_yield *std::move(next).value();
  }
}

} // namespace asyncrt
