// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Memory of coroutine frames: free lists per thread and size, worth more than half of what awaiting a child costs.
///
/// A block that is freed waits in a list of the freeing thread for a frame of the same size class. A list keeps at most
/// about 1 MiB, beyond which blocks go back to malloc, so that a thread which only destroys what another one makes does
/// not hoard; at its thread's end all lists are emptied. Under AddressSanitizer, ThreadSanitizer and MemorySanitizer
/// there is no pool: reused memory would hide from them what they look for.
#pragma once

#include <cstddef>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ASYNCRT_FRAME_POOL 0
#endif
#endif
#ifndef ASYNCRT_FRAME_POOL
#define ASYNCRT_FRAME_POOL 1
#endif

namespace asyncrt::detail {

class frame_pool {
public:
  static void *allocate(std::size_t size) {
#if ASYNCRT_FRAME_POOL
    if (size <= largest) {
      block *&list = lists_[index(size)];
      if (block *found = list) [[likely]] {
        list = found->next;
        return found;
      }
      (void)&cleaner_; // The first use on a thread arranges that its lists are emptied.
      size = size_of(index(size));
    }
#endif
    ++made_;
    return ::operator new(size);
  }

  static void deallocate(void *memory, [[maybe_unused]] std::size_t size) noexcept {
#if ASYNCRT_FRAME_POOL
    if (size <= largest) {
      block *&list = lists_[index(size)];
      // The number of blocks behind this one is kept in the block: it costs no further cache line.
      const std::size_t behind = list ? list->behind + 1 : 0;
      if (behind < most_kept / size_of(index(size))) [[likely]] {
        list = new (memory) block{list, behind};
        return;
      }
    }
#endif
    --made_;
    ::operator delete(memory);
  }

  /// Frames made on this thread less frames destroyed on it; in a program of one loop, the number of live frames.
  static std::ptrdiff_t live() noexcept {
    std::ptrdiff_t kept = 0;
    for (const block *list : lists_)
      kept += list ? static_cast<std::ptrdiff_t>(list->behind) + 1 : 0;
    return made_ - kept;
  }
  /// A frame made here will be destroyed elsewhere, where moved_in() is called.
  static void moved_out() noexcept { --made_; }
  static void moved_in() noexcept { ++made_; }

private:
  struct block {
    block *next;
    std::size_t behind;
  };
  /// Sizes of classes are 24, 40, 56, ...: what malloc hands out without waste, 8 of 16 bytes being its own.
  static constexpr std::size_t granule = 16;
  static constexpr std::size_t largest = 2056;
  static constexpr std::size_t classes = (largest - 24) / granule + 1;
  static constexpr std::size_t most_kept = std::size_t{1} << 20;
  static constexpr std::size_t index(std::size_t size) noexcept { return size <= 24 ? 0 : (size - 9) / granule; }
  static constexpr std::size_t size_of(std::size_t index) noexcept { return index * granule + 24; }

  struct cleaner {
    ~cleaner() {
      for (block *&list : lists_)
        while (block *first = list) {
          list = first->next;
          --made_;
          ::operator delete(first);
        }
    }
  };

  static inline constinit thread_local block *lists_[classes] = {};
  /// Blocks taken from malloc less those given back: live frames and those in the lists.
  static inline constinit thread_local std::ptrdiff_t made_ = 0;
  static inline thread_local cleaner cleaner_;
};

} // namespace asyncrt::detail
