// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// max_concurrent(): one coroutine per element, so many at a time.
#pragma once

#include <asyncrt/core/as_result.hpp>
#include <asyncrt/core/when_all.hpp>

#include <algorithm>
#include <optional>
#include <ranges>
#include <vector>

namespace asyncrt {

namespace detail {

/// The elements that are left, and what came of the others. Each worker takes the next element until there is none, or
/// until one of them has failed.
template <class Range, class F> class concurrent_work {
public:
  using value = started_value_t<F, std::ranges::range_reference_t<Range>>;
  using values = std::conditional_t<std::is_void_v<value>, void, std::vector<unit_if_void<value>>>;

  concurrent_work(Range range, F f) : range_(std::move(range)), f_(std::move(f)), next_(std::ranges::begin(range_)) {}
  concurrent_work(const concurrent_work &) = delete;
  concurrent_work &operator=(const concurrent_work &) = delete;

  /// How many workers find something to do, at most \p limit.
  std::size_t workers(std::size_t limit) {
    if constexpr (std::ranges::sized_range<Range>)
      return std::min<std::size_t>(limit, std::ranges::size(range_));
    else
      return limit;
  }

  task<> worker() {
    while (!failed_ && next_ != std::ranges::end(range_)) {
      const std::size_t index = found_.size();
      found_.emplace_back();
      result<value> r = co_await as_result(start());
      failed_ |= !r;
      r.rethrow();
      if constexpr (!std::is_void_v<value>)
        found_[index].emplace(std::move(r).value());
    }
  }

  values all() {
    if constexpr (!std::is_void_v<value>) {
      values all;
      all.reserve(found_.size());
      for (auto &v : found_)
        all.push_back(std::move(*v));
      return all;
    }
  }

private:
  task<value> start() {
    auto started = f_(*next_);
    ++next_;
    co_return co_await std::move(started);
  }

  Range range_;
  F f_;
  std::ranges::iterator_t<Range> next_;
  std::vector<std::optional<unit_if_void<value>>> found_;
  bool failed_ = false;
};

} // namespace detail

/// Awaits f(element) for each element of \p range, at most \p limit of them at the same time, and gives the values as a
/// vector in the order of the elements (nothing for void). Started in order. After the first error no more are started,
/// those under way are asked to stop, and the error is thrown when they have ended. Being stopped is passed on.
///
/// \p range is moved or copied in; give a view of what is large and lives long enough. Traps when \p limit is zero.
template <std::ranges::input_range Range, class F>
  requires detail::starts<F, std::ranges::range_reference_t<Range>>
auto max_concurrent(Range range, std::size_t limit, F f) -> task<typename detail::concurrent_work<Range, F>::values> {
  if (limit == 0)
    trap("max_concurrent() with a limit of zero");
  detail::concurrent_work<Range, F> work(std::move(range), std::move(f));
  std::vector<task<>> workers;
  for (std::size_t left = work.workers(limit); left; --left)
    workers.push_back(work.worker());
  co_await when_all(std::move(workers));
  if constexpr (!std::is_void_v<typename detail::concurrent_work<Range, F>::values>)
    co_return work.all();
}

} // namespace asyncrt
