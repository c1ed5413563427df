// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the detectors that interpose symbols share: whether this thread is in a step, and one report per place.
#pragma once

#include <asyncrt/core/report.hpp>
#include <asyncrt/core/scheduler.hpp>

#include <array>
#include <cstddef>
#include <dlfcn.h>
#include <source_location>

namespace asyncrt::debug {

/// Return addresses, the innermost first.
struct call_stack {
  std::array<void *, 48> frames;
  std::size_t size = 0;
};
/// The stack of this thread, from the caller of this function on.
call_stack take_stack() noexcept;

/// The step that runs on this thread; null if none does.
inline scheduler *stepping() noexcept {
  scheduler *s = scheduler::current();
  return s && (s->activity() & 1) ? s : nullptr;
}

/// The coroutine with which the step began. Known only to loops whose hooks are those of the traps.
std::source_location stepped() noexcept;

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

/// Code that called something: a return address, and what the dynamic linker knows about it.
struct code_place {
  const void *address = nullptr;
  Dl_info info = {};
};
/// The nearest caller outside of libc and the C++ library, from the return address \p from on, which is on \p stack.
code_place find_caller(const call_stack &stack, const void *from) noexcept;
/// The place of a return address that may be of any time.
code_place place_of(const void *address) noexcept;

/// Reports \p check in the task that runs on \p s, or without one; the sentence is \p what with \p place.
void report_at(const char *check, scheduler *s, const char *what, const code_place &place) noexcept;

/// The same at the caller from \p from on, unless that is in \p seen.
void report_place(seen_places &seen, const char *check, scheduler &s, const char *what, const void *from) noexcept;

} // namespace asyncrt::debug
