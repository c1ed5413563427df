// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// fd: a file descriptor that closes itself.
#pragma once

#include <utility>

namespace asyncrt {

/// Owns a descriptor. Move-only; closes it when destroyed. Knows no loop, so that it may be used on any thread; not
/// thread-safe.
///
/// `number_` is the descriptor, or -1 for none.
class [[nodiscard]] fd {
public:
  fd() noexcept = default;
  /// Takes \p number over; a negative one is none.
  explicit fd(int number) noexcept : number_(number < 0 ? -1 : number) {}
  fd(fd &&other) noexcept : number_(other.release()) {}
  fd &operator=(fd &&other) noexcept {
    if (this != &other) {
      close();
      number_ = other.release();
    }
    return *this;
  }
  ~fd() { close(); }

  /// The number; -1 when there is none.
  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

  /// Gives up the descriptor without closing it.
  int release() noexcept { return std::exchange(number_, -1); }

  /// Closes it, if there is one. Errors of close() are lost; a file whose data must arrive is synced before.
  void close() noexcept;

  /// A second descriptor for the same open file, closed on exec. std::system_error "dup".
  fd duplicate() const;

private:
  int number_ = -1;
};

} // namespace asyncrt
