// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// when_all() and when_all_settled(): several things side by side, until all have ended.
///
/// The children are started in the order of the arguments, each running until it first suspends, and all of them are
/// joined before the await ends, whatever happens: nothing is left running. Each has context variables of its own.
/// Being stopped is passed on to all.
#pragma once

#include <asyncrt/core/fan_out.hpp>

namespace asyncrt {

namespace detail {

template <class... Ts> class [[nodiscard]] when_all_awaiter : public fan_out<Ts...> {
public:
  using fan_out<Ts...>::fan_out;
  std::tuple<unit_if_void<Ts>...> await_resume() {
    if (this->first_error() != nobody)
      this->rethrow(this->first_error());
    return std::apply(
        [](auto &...child) { return std::tuple<unit_if_void<Ts>...>{value_of(static_cast<result<Ts> &>(child))...}; },
        this->children_);
  }
};

template <class T> class [[nodiscard]] when_all_range_awaiter : public fan_out_range<T> {
public:
  using fan_out_range<T>::fan_out_range;
  auto await_resume() {
    if (this->first_error() != nobody)
      this->children_[this->first_error()].rethrow();
    if constexpr (std::is_void_v<T>) {
      for (auto &child : this->children_)
        child.rethrow();
    } else {
      std::vector<T> values;
      values.reserve(this->children_.size());
      for (auto &child : this->children_)
        values.push_back(std::move(static_cast<result<T> &>(child)).value());
      return values;
    }
  }
};

template <class... Ts> class [[nodiscard]] settled_awaiter : public fan_out<Ts...> {
public:
  using fan_out<Ts...>::fan_out;
  std::tuple<result<Ts>...> await_resume() {
    stop_shown(this->parent());
    return std::apply(
        [](auto &...child) { return std::tuple<result<Ts>...>{std::move(static_cast<result<Ts> &>(child))...}; },
        this->children_);
  }
};

template <class T> class [[nodiscard]] settled_range_awaiter : public fan_out_range<T> {
public:
  using fan_out_range<T>::fan_out_range;
  std::vector<result<T>> await_resume() {
    stop_shown(this->parent());
    std::vector<result<T>> results;
    results.reserve(this->children_.size());
    for (auto &child : this->children_)
      results.push_back(std::move(static_cast<result<T> &>(child)));
    return results;
  }
};

template <template <class...> class Awaiter, class... As> auto fan_out_of(stop_others when, As &&...as) {
  return Awaiter<task_value_t<As>...>(when, as_task(std::forward<As>(as))...);
}

} // namespace detail

/// Gives the values in the order of the arguments, as a tuple; void counts as unit. When a child ends with an error the
/// others are asked to stop, and the error that came first is thrown after all have ended. When one was stopped and
/// none failed, operation_stopped is thrown.
template <awaitable... As> auto when_all(As &&...as) {
  return detail::fan_out_of<detail::when_all_awaiter>(detail::stop_others::not_a_value, std::forward<As>(as)...);
}
/// The same for any number of tasks of one type: a vector of values, or nothing for void.
template <class T> auto when_all(std::vector<task<T>> tasks) {
  return detail::when_all_range_awaiter<T>(detail::stop_others::not_a_value, std::move(tasks));
}

/// Gives how each child ended, as a tuple of results in the order of the arguments. An error of one does not touch the
/// others, and nothing is thrown. (asyncio: gather(..., return_exceptions=True))
template <awaitable... As> auto when_all_settled(As &&...as) {
  return detail::fan_out_of<detail::settled_awaiter>(detail::stop_others::never, std::forward<As>(as)...);
}
/// The same for any number of tasks of one type: a vector of results.
template <class T> auto when_all_settled(std::vector<task<T>> tasks) {
  return detail::settled_range_awaiter<T>(detail::stop_others::never, std::move(tasks));
}

} // namespace asyncrt
