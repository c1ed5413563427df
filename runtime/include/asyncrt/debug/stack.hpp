// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Stacks: taking one, and giving names to its addresses. For detectors.
#pragma once

#include <asyncrt/core/report.hpp>

#include <string>

namespace asyncrt::debug {

/// A stack that was taken. Copyable; stack_view is a view of it.
struct stack {
  static constexpr std::size_t most = 64; ///< Frames further out are left away.
  void *frames[most];
  std::size_t size = 0;
  operator stack_view() const noexcept { return {frames, size}; }
};

/// The stack of the caller, from the function that called the caller of this on when \p skip is 1. Any thread. In a
/// signal handler only after prepare_stacks(); it does not allocate then.
stack capture_stack(unsigned skip = 0) noexcept;

/// Loads what capture_stack() needs, so that it can be called in a signal handler.
void prepare_stacks() noexcept;

/// One line about the code at the return address \p address: the function, demangled, and where it is in its file. The
/// names of functions come from the program's symbol table, so they are missing in what was stripped. Lines of source
/// are left to `llvm-symbolizer --obj=FILE OFFSET`. Not in a signal handler. Throws std::bad_alloc.
std::string describe(void *address);

} // namespace asyncrt::debug
