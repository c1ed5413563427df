// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the detectors that interpose symbols share: whether this thread is in a step, and one report per place.
#pragma once

#include <asyncrt/core/report.hpp>
#include <asyncrt/core/scheduler.hpp>
#include <asyncrt/debug/stack.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <source_location>

namespace asyncrt::debug {

/// The step that runs on this thread; null if none does.
inline scheduler *stepping() noexcept {
  scheduler *s = scheduler::current();
  return s && (s->activity() & 1) ? s : nullptr;
}

/// The coroutine with which the step began. Known only to loops whose hooks are those of the traps.
std::source_location stepped() noexcept;

/// Tells steps apart, also those of loops that had the same address one after the other.
struct step_number {
  const scheduler *loop = nullptr;
  std::uint64_t activity = 0;
  const void *thread = nullptr; ///< With how many steps it has begun, where loops have the hooks of the traps.
  std::uint64_t of_thread = 0;
  bool operator==(const step_number &) const = default;
};
/// Of the step that runs on \p s, on its thread.
step_number step_of(const scheduler &s) noexcept;

/// Called after each step of a loop whose hooks are those of the traps.
using after_step_function = void (*)(scheduler &) noexcept;
/// To be called while the program is loaded. One slot: null takes it away.
void set_after_step(after_step_function f) noexcept;

/// While one lives, detectors see nothing of what its thread does: they do not look at themselves, nor at sinks.
class detectors_off {
public:
  detectors_off() noexcept { ++count; }
  ~detectors_off() { --count; }
  static bool now() noexcept { return count != 0 || asyncrt::detail::reporting != 0; }

private:
  static inline constinit thread_local unsigned count = 0;
};

/// Places, each of which is taken once. Never gives memory back; once it is full, all places have been seen.
class seen_places {
public:
  /// Whether \p place was taken. From any thread.
  bool contains(const void *place) const noexcept;
  /// Takes \p place; false when somebody had taken it. From any thread.
  bool take(const void *place) noexcept;

private:
  static constexpr std::size_t size = 4096;
  std::array<const void *, size> places_{}; // Atomic by the built-ins.
};

/// The stack of this thread from the nearest caller outside of the files of libc and the C++ library on, beginning with
/// the search at \p from, a return address. Never empty.
stack stack_of_caller(const void *from) noexcept;

/// Whether the return address \p address goes back to libc or the C++ library, or to a function of the latter that was
/// instantiated in the program, as it is without optimisation. It is looked up once. Does not allocate.
bool of_a_library(void *address) noexcept;

/// The place of what \p at was taken for: its frames up to the first one that is not of_a_library(), and \p more. If
/// that is the only one, it is the place.
const void *place_of(stack_view at, std::size_t more = 0) noexcept;

/// Reports \p check in the task that runs on \p s, or without one; the sentence is \p what with the first place of \p
/// at that is not of_a_library().
void report_at(const char *check, scheduler *s, const char *what, stack_view at) noexcept;

/// The same at the caller from \p from on, unless that is in \p seen.
void report_place(seen_places &seen, const char *check, scheduler &s, const char *what, const void *from) noexcept;

} // namespace asyncrt::debug
