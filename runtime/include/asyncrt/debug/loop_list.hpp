// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The list of all loops of the program, for debuggers, which read memory and call nothing. See gdb/asyncrt_gdb.py.
#pragma once

#include <asyncrt/core/scheduler.hpp>

#include <cstdint>

namespace asyncrt::debug {

/// A loop in that list, from when it is made until it is destroyed, and where to find what a debugger asks about.
class listed_loop {
public:
  /// From any thread.
  explicit listed_loop(scheduler &loop) noexcept;
  listed_loop(const listed_loop &) = delete;
  listed_loop &operator=(const listed_loop &) = delete;
  ~listed_loop();

private:
  friend struct memory_map;
  asyncrt::detail::ring_link<listed_loop> place_;
  const asyncrt::detail::ring_link<environment> *environments_;
  environment *const *current_env_;
  const std::uint64_t *activity_;
};

} // namespace asyncrt::debug
