// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What can be awaited, and making a task of it.
#pragma once

#include <asyncrt/core/task.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace asyncrt {

namespace detail {

template <class A> decltype(auto) get_awaiter(A &&a) {
  if constexpr (requires { std::forward<A>(a).operator co_await(); })
    return std::forward<A>(a).operator co_await();
  else if constexpr (requires { operator co_await(std::forward<A>(a)); })
    return operator co_await(std::forward<A>(a));
  else
    return std::forward<A>(a);
}

template <class A>
concept awaiter = requires(A &a) {
  a.await_ready() ? 1 : 0;
  a.await_resume();
};

} // namespace detail

/// Whatever may stand behind co_await in a coroutine of the runtime.
template <class A>
concept awaitable = requires(A &&a) {
  { detail::get_awaiter(std::forward<A>(a)) } -> detail::awaiter;
};

/// The type of a co_await expression.
template <awaitable A> using await_result_t = decltype(detail::get_awaiter(std::declval<A>()).await_resume());

namespace detail {

template <class T> task<T> as_task(task<T> t) noexcept { return t; }

/// Something that is awaited where it is, such as a named handle; it must outlive the task.
template <class A>
  requires std::is_lvalue_reference_v<A> && awaitable<A>
task<await_result_t<A>> as_task(A &&a) {
  co_return co_await a;
}
/// A temporary is moved into the task.
template <class A>
  requires(!std::is_reference_v<A>) && awaitable<A>
task<await_result_t<A>> as_task(A &&a) {
  return [](A a) -> task<await_result_t<A>> { co_return co_await std::move(a); }(std::move(a));
}

template <class A> using task_value_t = typename decltype(as_task(std::declval<A>()))::value_type;

/// What a function that starts something may be given as: a function that returns an awaitable.
template <class F, class... Args>
concept starts = std::invocable<F &, Args...> && awaitable<std::invoke_result_t<F &, Args...>>;

template <class F, class... Args> using started_value_t = task_value_t<std::invoke_result_t<F &, Args...>>;

} // namespace detail
} // namespace asyncrt
