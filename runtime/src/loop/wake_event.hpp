// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What other threads wake a reactor with.
#pragma once

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace asyncrt::detail {

/// An eventfd whose counter is never read: whoever watches it for edges sees one for each wake().
class wake_event {
public:
  /// std::system_error "eventfd".
  wake_event() : number_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (number_ < 0)
      throw std::system_error(errno, std::system_category(), "eventfd");
  }
  wake_event(const wake_event &) = delete;
  wake_event &operator=(const wake_event &) = delete;
  ~wake_event() { ::close(number_); }

  int get() const noexcept { return number_; }

  /// From any thread.
  void wake() noexcept {
    const std::uint64_t one = 1;
    while (::write(number_, &one, sizeof one) < 0 && errno == EINTR) {
    }
  }

private:
  int number_;
};

} // namespace asyncrt::detail
