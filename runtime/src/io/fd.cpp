// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Closing and duplicating descriptors.
#include <asyncrt/io/fd.hpp>
#include <asyncrt/io/io_awaiter.hpp>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace asyncrt {

void fd::close() noexcept {
  // On Linux the number is free whatever close() says, EINTR included.
  if (number_ >= 0)
    ::close(release());
}

fd fd::duplicate() const {
  const int copy = ::fcntl(number_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0)
    detail::throw_io_error(errno, "dup");
  return fd(copy);
}

} // namespace asyncrt
