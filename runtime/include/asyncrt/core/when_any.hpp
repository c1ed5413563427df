// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// when_any(): several things side by side, of which the first decides.
#pragma once

#include <asyncrt/core/fan_out.hpp>
#include <asyncrt/core/when_all.hpp>

#include <variant>

namespace asyncrt {

/// Which child of when_any() was first, and its value. For different types `value` is a variant whose index() is
/// `index`.
template <class V> struct first_of {
  std::size_t index;
  V value;
};

namespace detail {

template <class... Ts> class [[nodiscard]] when_any_awaiter : public fan_out<Ts...> {
  using variant = std::variant<unit_if_void<Ts>...>;

public:
  using fan_out<Ts...>::fan_out;
  first_of<variant> await_resume() {
    if (this->first() == nobody)
      throw_stopped(this->parent().env());
    return take<0>();
  }

private:
  template <std::size_t I> first_of<variant> take() {
    if constexpr (I + 1 < sizeof...(Ts))
      if (this->first() != I)
        return take<I + 1>();
    using T = std::tuple_element_t<I, std::tuple<Ts...>>;
    return {I, variant(std::in_place_index<I>, value_of(static_cast<result<T> &>(std::get<I>(this->children_))))};
  }
};

template <class T> class [[nodiscard]] when_any_range_awaiter : public fan_out_range<T> {
public:
  using fan_out_range<T>::fan_out_range;
  first_of<unit_if_void<T>> await_resume() {
    if (this->first() == nobody)
      throw_stopped(this->parent().env());
    return {this->first(), value_of(static_cast<result<T> &>(this->children_[this->first()]))};
  }
};

} // namespace detail

/// The first child that ends with a value or an error decides: the others are asked to stop and joined, what they end
/// with all the same is dropped, and the value is given (with the child's number) or the error thrown. Children that
/// are stopped decide nothing; operation_stopped is thrown when all were. At least one child.
template <awaitable A, awaitable... As> auto when_any(A &&a, As &&...as) {
  return detail::fan_out_of<detail::when_any_awaiter>(detail::stop_others::decided, std::forward<A>(a),
                                                      std::forward<As>(as)...);
}
/// The same for any number of tasks of one type. Traps when there are none: nobody would ever decide.
template <class T> auto when_any(std::vector<task<T>> tasks) {
  if (tasks.empty())
    trap("when_any() of nothing");
  return detail::when_any_range_awaiter<T>(detail::stop_others::decided, std::move(tasks));
}

} // namespace asyncrt
