// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// shared_region: memory that a program and its worker processes have in common, for what is too big to be copied.
#pragma once

#include <asyncrt/exec/codec.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace asyncrt {

/// A handle to anonymous shared memory, which begins as zeros, and lives as long as a handle in some process does.
///
/// Copying a handle copies no memory; one that is an argument or the result of a job refers to the same memory there,
/// at another address. The handle itself is as thread-safe as a shared_ptr. Who writes and who reads when is for the
/// program to agree upon: a job that has ended has written, and one that was stopped writes nothing any more.
class shared_region {
public:
  /// No memory.
  shared_region() noexcept = default;
  /// \p size bytes. Throws std::system_error when the system gives none. Costs memory when it is written to.
  explicit shared_region(std::size_t size);

  std::byte *data() const noexcept { return memory_ ? memory_->data : nullptr; }
  std::size_t size() const noexcept { return memory_ ? memory_->size : 0; }
  explicit operator bool() const noexcept { return size() != 0; }

  /// The memory as objects of type \p T, as many as there is room for.
  template <class T>
    requires std::is_trivially_copyable_v<T>
  std::span<T> as() const noexcept {
    return {reinterpret_cast<T *>(data()), size() / sizeof(T)};
  }

private:
  friend struct codec<shared_region>;
  struct mapping {
    mapping(int fd, std::size_t size);
    mapping(const mapping &) = delete;
    mapping &operator=(const mapping &) = delete;
    ~mapping();
    int fd;
    std::size_t size;
    std::byte *data;
  };
  std::shared_ptr<const mapping> memory_;
};

template <> struct codec<shared_region> {
  static void encode(job_writer &out, const shared_region &region);
  /// Throws std::system_error when the memory cannot be mapped.
  static shared_region decode(job_reader &in);
};

} // namespace asyncrt
