// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// How a broken contract ends: a message on standard error, then abort().
#pragma once

#include <cstdio>
#include <cstdlib>

namespace asyncrt {

/// Ends the program because a rule that the caller must keep was broken.
///
/// Used where no exception could help: the state is already wrong, or the place must not throw. Errors that a correct
/// program can meet are exceptions. Thread-safe.
[[noreturn, gnu::cold, gnu::noinline]] inline void trap(const char *what) noexcept {
  std::fprintf(stderr, "asyncrt: %s\n", what);
  std::abort();
}

} // namespace asyncrt
