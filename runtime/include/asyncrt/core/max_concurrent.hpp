// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// max_concurrent(): one coroutine per element, so many at a time.
#pragma once

#include <asyncrt/core/when_all.hpp>

#include <algorithm>
#include <optional>
#include <ranges>
#include <vector>

namespace asyncrt {

/// Awaits f(element) for each element of \p range, at most \p limit of them at the same time, and gives the values as a
/// vector in the order of the elements (nothing for void). Started in order. After the first error no more are started,
/// those that run are asked to stop, and the error is thrown when they have ended. Being stopped is passed on.
///
/// \p range is moved or copied in; wrap it in std::ref-like views to avoid that. Traps when \p limit is zero.
template <std::ranges::input_range Range, class F>
  requires detail::starts<F, std::ranges::range_reference_t<Range>>
auto max_concurrent(Range range, std::size_t limit, F f) -> task<
    std::conditional_t<std::is_void_v<detail::started_value_t<F, std::ranges::range_reference_t<Range>>>, void,
                       std::vector<unit_if_void<detail::started_value_t<F, std::ranges::range_reference_t<Range>>>>>> {
  using value = detail::started_value_t<F, std::ranges::range_reference_t<Range>>;
  using values = std::vector<std::optional<unit_if_void<value>>>;
  if (limit == 0)
    trap("max_concurrent() with a limit of zero");
  values found;
  auto next = std::ranges::begin(range);
  const auto end = std::ranges::end(range);
  // Each worker takes the next element until there is none, or until one of them has failed.
  bool failed = false;
  const auto worker = [](auto &next, const auto &end, F &f, values &found, bool &failed) -> task<> {
    struct unless_done {
      bool &failed;
      bool done = false;
      ~unless_done() { failed |= !done; }
    } guard{failed};
    while (!failed && next != end) {
      const std::size_t index = found.size();
      found.emplace_back();
      auto &&element = *next;
      if constexpr (std::is_void_v<value>) {
        auto started = f(std::forward<decltype(element)>(element));
        ++next;
        co_await std::move(started);
      } else {
        auto started = f(std::forward<decltype(element)>(element));
        ++next;
        auto got = co_await std::move(started);
        found[index].emplace(std::move(got));
      }
    }
    guard.done = true;
  };
  std::vector<task<>> workers;
  std::size_t many = limit;
  if constexpr (std::ranges::sized_range<Range>)
    many = std::min<std::size_t>(limit, std::ranges::size(range));
  for (std::size_t i = 0; i < many; ++i)
    workers.push_back(worker(next, end, f, found, failed));
  co_await when_all(std::move(workers));
  if constexpr (!std::is_void_v<value>) {
    std::vector<value> all;
    all.reserve(found.size());
    for (auto &v : found)
      all.push_back(std::move(*v));
    co_return all;
  }
}

} // namespace asyncrt
