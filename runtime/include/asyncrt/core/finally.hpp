// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// finally() and with(): cleaning up that awaits.
///
/// co_await is not allowed in a handler and not possible in a destructor, so cleaning up that must await, also after an
/// error or a stop, needs a function of its own.
#pragma once

#include <asyncrt/core/as_result.hpp>
#include <asyncrt/core/exception_group.hpp>
#include <asyncrt/core/unstoppable.hpp>

#include <concepts>

namespace asyncrt {

namespace detail {

/// How body and clean-up ended, as one: the value when both went well; both errors when both failed; the clean-up's
/// error rather than a stop.
template <class T> T joined(result<T> body, result<void> cleanup) {
  if (!cleanup && body.has_error() && cleanup.has_error())
    throw exception_group({body.error(), cleanup.error()});
  if (body.has_error())
    body.rethrow();
  cleanup.rethrow();
  return std::move(body).value();
}

} // namespace detail

/// Awaits body() and then, however that ended, cleanup(), which no stop reaches. Gives body's value, or throws its
/// error or its stop; an error of cleanup as well: both together as an exception_group. A cleanup function that is no
/// coroutine returns void.
template <detail::starts Body, std::invocable Cleanup>
task<detail::started_value_t<Body>> finally(Body body, Cleanup cleanup) {
  using value = detail::started_value_t<Body>;
  const auto clean_up = [](Cleanup &cleanup) -> task<> {
    if constexpr (awaitable<std::invoke_result_t<Cleanup &>>)
      co_await cleanup();
    else
      cleanup();
  };
  const auto invoke = [](Body &body) -> task<value> { co_return co_await body(); };
  result<value> ended = co_await as_result(invoke(body));
  result<void> cleaned = co_await as_result(unstoppable(clean_up(cleanup)));
  co_return detail::joined(std::move(ended), std::move(cleaned));
}

/// Something that is opened before use and must be closed afterwards, both by awaiting.
template <class R>
concept async_resource = requires(R &r) {
  { r.open() } -> awaitable;
  { r.close() } -> awaitable;
};

/// Opens \p resource, awaits body(resource), and closes it however that ended; close() is not reached by a stop. When
/// open() fails there is nothing to close. Errors as in finally(). The resource lives until with() has ended.
/// (Python: async with)
template <async_resource R, detail::starts<R &> Body>
task<detail::started_value_t<Body, R &>> with(R resource, Body body) {
  co_await resource.open();
  co_return co_await finally([&] { return body(resource); }, [&] { return resource.close(); });
}

} // namespace asyncrt
