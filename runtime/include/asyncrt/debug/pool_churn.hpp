// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Pools per call: a program that is linked with the CMake target asyncrt-traps reports async-per-call-executor for the
/// place that makes threads, pools or loops again and again. No code is needed for that; here is how to say that it is
/// meant.
#pragma once

#include <asyncrt/core/executor_watch.hpp>

namespace asyncrt::debug {

/// While one lives, its thread may make threads, pools and loops as often as it likes. Not to be held across an await.
class [[nodiscard]] allow_executors {
public:
  /// \p why is for the reader of the source.
  explicit allow_executors([[maybe_unused]] const char *why) noexcept {}

private:
  asyncrt::detail::unwatched_executors unwatched_;
};

} // namespace asyncrt::debug
