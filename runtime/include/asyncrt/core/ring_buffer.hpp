// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The storage of a channel.
#pragma once

#include <cstddef>
#include <memory>
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

  template <class... Args> void push_back(Args &&...args) {
    if (!slots_ || size() == mask_ + 1) [[unlikely]]
      grow();
    std::construct_at(&slots_[end_ & mask_], std::forward<Args>(args)...);
    ++end_;
  }
  void pop_front() noexcept { std::destroy_at(&slots_[begin_++ & mask_]); }

private:
  void free() noexcept {
    if (slots_)
      std::allocator<T>().deallocate(slots_, mask_ + 1);
  }
  void grow() {
    const std::size_t count = slots_ ? 2 * (mask_ + 1) : 8;
    T *bigger = std::allocator<T>().allocate(count);
    const std::size_t used = size();
    for (std::size_t i = 0; i < used; ++i) {
      std::construct_at(&bigger[i], std::move(slots_[(begin_ + i) & mask_]));
      std::destroy_at(&slots_[(begin_ + i) & mask_]);
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
