// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Stacks, places and the hooks of the detectors that interpose symbols.
#include "trap_report.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <dlfcn.h>
#include <memory>
#include <string_view>
#include <unwind.h>

namespace asyncrt::debug {

namespace {

_Unwind_Reason_Code add_frame(_Unwind_Context *context, void *into) {
  auto &stack = *static_cast<call_stack *>(into);
  if (stack.size == stack.frames.size())
    return _URC_END_OF_STACK;
  if (const _Unwind_Ptr address = _Unwind_GetIP(context))
    stack.frames[stack.size++] = reinterpret_cast<void *>(address);
  return _URC_NO_REASON;
}

/// Whether \p file belongs to the system: who calls through it is more interesting.
bool of_the_system(const char *file) noexcept {
  const char *slash = std::strrchr(file, '/');
  const std::string_view name = slash ? slash + 1 : file;
  for (const std::string_view library : {"libc.", "libc++", "libstdc++.", "libpthread.", "libgcc_s.", "ld-linux",
                                         "libasan.", "libtsan.", "libclang_rt."})
    if (name.starts_with(library))
      return true;
  return false;
}

constinit thread_local std::source_location step_began;
constinit after_step_function after_step = nullptr;

void before(step_hooks &, promise_base &p) noexcept { step_began = p.where(); }
void after(step_hooks &, scheduler &s) noexcept {
  if (after_step)
    after_step(s);
  step_began = {};
}

constinit step_hooks hooks = {.before_step = before, .after_step = after};

[[gnu::constructor]] void hang_into_loops() noexcept {
  if (!asyncrt::detail::default_hooks)
    asyncrt::detail::default_hooks = &hooks;
}

} // namespace

call_stack take_stack() noexcept {
  call_stack stack;
  _Unwind_Backtrace(add_frame, &stack);
  return stack;
}

std::source_location stepped() noexcept { return step_began; }

void set_after_step(after_step_function f) noexcept { after_step = f; }

namespace {
std::size_t first_try(const void *place) noexcept {
  return (reinterpret_cast<std::uintptr_t>(place) * 0x9e3779b97f4a7c15u) >> 52;
}
} // namespace

bool seen_places::contains(const void *place) const noexcept {
  std::size_t at = first_try(place);
  for (std::size_t tries = 0; tries < size; ++tries, at = (at + 1) % size) {
    const void *there = __atomic_load_n(&places_[at], __ATOMIC_RELAXED);
    if (there == place)
      return true;
    if (!there)
      return false;
  }
  return true;
}

bool seen_places::take(const void *place) noexcept {
  static_assert(size == std::size_t{1} << (64 - 52));
  std::size_t at = first_try(place);
  for (std::size_t tries = 0; tries < size; ++tries, at = (at + 1) % size) {
    const void *there = nullptr;
    if (__atomic_compare_exchange_n(&places_[at], &there, place, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return true;
    if (there == place)
      return false;
  }
  return false;
}

code_place place_of(const void *address) noexcept {
  code_place p{address};
  // A return address may lie behind the end of the function that called.
  if (!::dladdr(static_cast<const char *>(address) - 1, &p.info))
    p.info = {};
  return p;
}

code_place find_caller(const call_stack &stack, const void *from) noexcept {
  std::size_t i = 0;
  while (i < stack.size && stack.frames[i] != from)
    ++i;
  for (; i < stack.size; ++i)
    if (const code_place p = place_of(stack.frames[i]); p.info.dli_fname && !of_the_system(p.info.dli_fname))
      return p;
  return place_of(from);
}

void report_at(const char *check, scheduler *s, const char *what, const code_place &place) noexcept {
  const Dl_info &info = place.info;
  int status = 0;
  const std::unique_ptr<char, void (*)(void *)> readable(
      info.dli_sname ? abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status) : nullptr, std::free);
  const char *function = readable ? readable.get() : info.dli_sname ? info.dli_sname : "";
  char text[512];
  std::snprintf(text, sizeof text, "%s, from %s+%#tx%s%s", what, info.dli_fname ? info.dli_fname : "?",
                static_cast<const char *>(place.address) - static_cast<const char *>(info.dli_fbase),
                *function ? " " : "", function);
  asyncrt::report({check, text, s ? s->current_env().task->name : "outside of a loop", step_began});
}

void report_place(seen_places &seen, const char *check, scheduler &s, const char *what, const void *from) noexcept {
  const detectors_off here;
  if (const code_place p = find_caller(take_stack(), from); seen.take(p.address))
    report_at(check, &s, what, p);
}

} // namespace asyncrt::debug
