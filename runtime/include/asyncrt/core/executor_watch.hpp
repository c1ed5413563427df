// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// How a detector learns of thread pools, process pools and loops. See debug/pool_churn.hpp.
#pragma once

#include <cstddef>
#include <utility>

namespace asyncrt::detail {

/// What a detector does about executors. From any thread.
struct executor_watch {
  /// One is made: \p kind is it with its article, \p from where the constructor returns to. Gives a number for its end;
  /// zero: its end does not matter.
  unsigned (*made)(const char *kind, const void *from) noexcept;
  /// The one of that number has ended after so many jobs.
  void (*ended)(unsigned number, std::size_t jobs) noexcept;
};
/// Null: nobody watches. Set while the program is loaded.
inline constinit const executor_watch *executors_watched_by = nullptr;
inline constinit thread_local unsigned executors_unwatched = 0;

/// While one lives, its thread makes executors unseen.
class [[nodiscard]] unwatched_executors {
public:
  unwatched_executors() noexcept { ++executors_unwatched; }
  unwatched_executors(const unwatched_executors &) = delete;
  unwatched_executors &operator=(const unwatched_executors &) = delete;
  ~unwatched_executors() { --executors_unwatched; }
};

/// Part of an executor that is watched, from its constructor to its destructor.
class executor_mark {
public:
  executor_mark(const char *kind, const void *from) noexcept
      : number_(executors_watched_by && !executors_unwatched ? executors_watched_by->made(kind, from) : 0) {}
  executor_mark(const executor_mark &) = delete;
  executor_mark &operator=(const executor_mark &) = delete;
  ~executor_mark() {
    if (number_)
      executors_watched_by->ended(number_, jobs_);
  }
  void one_more_job() noexcept { ++jobs_; }

private:
  unsigned number_;
  std::size_t jobs_ = 0;
};

} // namespace asyncrt::detail
