// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The blocking trap: a program that is linked with the CMake target asyncrt-traps reports async-blocking-call when a
/// coroutine calls a function of libc that blocks, for the place that calls it, however short it was. No code is
/// needed for that; here is how to say that a call is meant.
#pragma once

namespace asyncrt::debug {

namespace detail {
inline constinit thread_local unsigned blocking_allowed = 0;
} // namespace detail

/// While one lives, blocking calls of its thread are not reported. Not to be held across an await: it allows the
/// thread, whatever runs there.
class [[nodiscard]] allow_blocking {
public:
  /// \p why is for the reader of the source.
  explicit allow_blocking([[maybe_unused]] const char *why) noexcept { ++detail::blocking_allowed; }
  allow_blocking(const allow_blocking &) = delete;
  allow_blocking &operator=(const allow_blocking &) = delete;
  ~allow_blocking() { --detail::blocking_allowed; }
};

} // namespace asyncrt::debug
