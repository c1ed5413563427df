// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The storage of a channel.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace asyncrt::detail {

/// A queue in one block of memory that grows by doubling. Positions run on and are reduced when used.
template <class T> class ring_buffer {
public:
  ring_buffer() noexcept = default;
  ring_buffer(const ring_buffer &) = delete;
  ring_buffer &operator=(const ring_buffer &) = delete;
  ~ring_buffer() {
    while (!empty())
      pop_front();
    free();
  }

  bool empty() const noexcept { return begin_ == end_; }
  std::size_t size() const noexcept { return end_ - begin_; }
  T &front() noexcept { return slots_[begin_ & mask_]; }

  /// Whether it had to grow for that.
  template <class... Args> bool push_back(Args &&...args) {
    const bool full = !slots_ || size() == mask_ + 1;
    if (full) [[unlikely]]
      grow();
    new (static_cast<void *>(slots_ + (end_ & mask_))) T(std::forward<Args>(args)...);
    ++end_;
    return full;
  }
  void pop_front() noexcept { slots_[begin_++ & mask_].~T(); }

private:
  void free() noexcept {
    if (slots_)
      ::operator delete(slots_, std::align_val_t(alignof(T)));
  }
  void grow() {
    const std::size_t count = slots_ ? 2 * (mask_ + 1) : 8;
    T *bigger = static_cast<T *>(::operator new(count * sizeof(T), std::align_val_t(alignof(T))));
    const std::size_t used = size();
    for (std::size_t i = 0; i < used; ++i) {
      T &old = slots_[(begin_ + i) & mask_];
      new (static_cast<void *>(bigger + i)) T(std::move(old));
      old.~T();
    }
    free();
    slots_ = bigger;
    mask_ = count - 1;
    begin_ = 0;
    end_ = used;
  }

  T *slots_ = nullptr;
  std::size_t mask_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

} // namespace asyncrt::detail
