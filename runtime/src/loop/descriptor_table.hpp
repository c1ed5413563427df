// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the reactors know of each descriptor: who waits for it.
#pragma once

#include <asyncrt/core/trap.hpp>
#include <asyncrt/loop/reactor.hpp>

#include <cerrno>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace asyncrt::detail {

/// One descriptor number. An attached one is watched all the time, and its events are remembered in `ready` until
/// somebody waits. Any other one is watched for one event at a time.
struct descriptor_entry {
  readiness_operation *waiting[2] = {nullptr, nullptr};
  bool attached = false;
  bool ready[2] = {false, false};

  bool waited_for() const noexcept { return waiting[0] || waiting[1]; }
};

/// Entries by number, made when they are asked for. A reference to one is valid until the next find(), and so, in
/// particular, until the next call of somebody's `on_done`.
template <class Entry> class descriptor_table {
public:
  std::size_t size() const noexcept { return entries_.size(); }
  /// That of a number for which find() gave one.
  Entry &operator[](int number) noexcept { return entries_[static_cast<std::size_t>(number)]; }

  /// Null when there can be none; why_not() says why.
  Entry *find(int number) noexcept {
    if (number < 0)
      return nullptr;
    const auto index = static_cast<std::size_t>(number);
    if (index >= entries_.size()) {
      try {
        entries_.resize(index + 1 + index / 2);
      } catch (const std::bad_alloc &) {
        return nullptr;
      }
    }
    return &entries_[index];
  }
  /// The negative errno for a number for which find() gave null.
  static int why_not(int number) noexcept { return number < 0 ? -EBADF : -ENOMEM; }

  /// The entry of a descriptor that is about to be closed; null when there is none. Traps when somebody waits for it.
  Entry *find_unwaited(int number) noexcept {
    if (number < 0 || static_cast<std::size_t>(number) >= entries_.size())
      return nullptr;
    Entry &e = (*this)[number];
    if (e.waited_for())
      trap("a descriptor was closed while a coroutine waits for it");
    return &e;
  }

  /// Takes out who waits, if somebody does.
  readiness_operation *take(int number, std::size_t direction) noexcept {
    return std::exchange((*this)[number].waiting[direction], nullptr);
  }

private:
  std::vector<Entry> entries_;
};

} // namespace asyncrt::detail
