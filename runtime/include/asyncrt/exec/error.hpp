// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What pools throw.
#pragma once

#include <exception>

namespace asyncrt {

/// Work was given to a pool after shutdown().
struct pool_closed : std::exception {
  const char *what() const noexcept override { return "the pool was shut down"; }
};

} // namespace asyncrt
