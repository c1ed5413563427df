// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Stacks: taking one, and giving names to its addresses. For detectors.
#pragma once

#include <asyncrt/core/report.hpp>

#include <cstdint>
#include <string>

namespace asyncrt::debug {

/// A stack that was taken. Copyable; stack_view is a view of it.
struct stack {
  static constexpr std::size_t most = 64; ///< Frames further out are left away.
  void *frames[most];
  std::size_t size = 0;
  operator stack_view() const noexcept { return {frames, size}; }
  /// From the return address \p address on; all of it when that is not in it.
  stack_view from(const void *address) const noexcept {
    std::size_t first = 0;
    while (first < size && frames[first] != address)
      ++first;
    return first < size ? stack_view{frames + first, size - first} : *this;
  }
};

/// The stack of the caller, from the function that called the caller of this on when \p skip is 1. Any thread. In a
/// signal handler only after prepare_stacks(); it does not allocate then.
stack capture_stack(unsigned skip = 0) noexcept;

/// Loads what capture_stack() needs, so that it can be called in a signal handler.
void prepare_stacks() noexcept;

/// The code that a return address goes back to.
struct code_place {
  std::string function;     ///< Demangled; empty when nobody knows.
  std::string module;       ///< Full path of the program or library; empty when there is none.
  std::uint64_t offset = 0; ///< Of the call, as the file counts its addresses, wherever it was loaded; without a
                            ///< module the address itself.
};

/// Looks up the return address \p address. The names of functions come from the file's symbol table, so they are
/// missing in what was stripped. Lines of source are left to `llvm-symbolizer --obj=MODULE OFFSET`. Not in a signal
/// handler. Throws std::bad_alloc.
code_place look_up(void *address);

/// Whether the return address \p address goes back to a function of the C++ library, also when that is a template that
/// was instantiated in the program. False in what was stripped. Does not allocate, but reads the file's symbol table.
/// Not in a signal handler.
bool in_standard_library(void *address) noexcept;

/// One line about the code at the return address \p address: the function, and the file's name with the offset of
/// look_up(). Not in a signal handler. Throws std::bad_alloc.
std::string describe(void *address);

} // namespace asyncrt::debug
