// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Places and the hooks of the detectors that interpose symbols.
#include "trap_report.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <string_view>

namespace asyncrt::debug {

namespace {

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
constinit thread_local std::uint64_t steps_begun = 0;
constinit after_step_function after_step = nullptr;

void before(step_hooks &, promise_base &p) noexcept {
  step_began = p.where();
  ++steps_begun;
}
void after(step_hooks &, scheduler &s) noexcept {
  if (after_step)
    after_step(s);
  step_began = {};
}

constinit step_hooks hooks = {.before_step = before, .after_step = after};

[[gnu::constructor]] void hang_into_loops() noexcept {
  prepare_stacks();
  if (!asyncrt::detail::default_hooks)
    asyncrt::detail::default_hooks = &hooks;
}

} // namespace

std::source_location stepped() noexcept { return step_began; }

step_number step_of(const scheduler &s) noexcept { return {&s, s.activity(), &steps_begun, steps_begun}; }

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

namespace {

bool lies_in_the_system(void *address) noexcept {
  Dl_info info;
  // A return address may lie behind the end of the function that called.
  return !::dladdr(static_cast<const char *>(address) - 1, &info) || of_the_system(info.dli_fname);
}

/// Return addresses of both kinds, as far as they were looked up.
constinit seen_places of_programs, of_libraries;

} // namespace

bool of_a_library(void *address) noexcept {
  if (of_programs.contains(address))
    return false;
  if (of_libraries.contains(address))
    return true;
  const bool library = lies_in_the_system(address) || in_standard_library(address);
  (library ? of_libraries : of_programs).take(address);
  return library;
}

const void *place_of(stack_view at, std::size_t more) noexcept {
  std::uintptr_t place = 0;
  bool program = false;
  for (void *const *frame = at.begin(); frame != at.end() && (!program || more-- != 0); ++frame) {
    program = program || !of_a_library(*frame);
    place = place * 31 + reinterpret_cast<std::uintptr_t>(*frame);
  }
  return reinterpret_cast<const void *>(place);
}

stack stack_of_caller(const void *from) noexcept {
  const stack all = capture_stack();
  stack_view rest = all.from(from);
  if (rest.empty() || *rest.begin() != from)
    return {{const_cast<void *>(from)}, 1};
  const auto caller = std::find_if_not(rest.begin(), rest.end(), lies_in_the_system);
  stack s;
  s.size = static_cast<std::size_t>(std::copy(caller == rest.end() ? rest.begin() : caller, rest.end(), s.frames) -
                                    s.frames);
  return s;
}

void report_at(const char *check, scheduler *s, const char *what, stack_view at) noexcept {
  const auto caller = std::find_if_not(at.begin(), at.end(), of_a_library);
  const std::string text = std::string(what) + ", from " + describe(caller == at.end() ? *at.begin() : *caller);
  asyncrt::report({check, text.c_str(), s ? s->current_env().task->name : "outside of a loop", step_began, at});
}

void report_place(seen_places &seen, const char *check, scheduler &s, const char *what, const void *from) noexcept {
  const detectors_off here;
  if (const stack at = stack_of_caller(from); seen.take(place_of(at)))
    report_at(check, &s, what, at);
}

} // namespace asyncrt::debug
