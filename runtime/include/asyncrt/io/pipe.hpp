// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// make_pipe(): a pipe whose ends are awaited.
#pragma once

#include <asyncrt/io/async_fd.hpp>

namespace asyncrt {

/// Both ends of a pipe, closed on exec. Each is used as an async_fd; writing to one whose reader is closed is
/// std::system_error with EPIPE and not a signal.
struct pipe_ends {
  async_fd reader;
  async_fd writer;
};

/// Makes a pipe. std::system_error "pipe".
pipe_ends make_pipe();

} // namespace asyncrt
