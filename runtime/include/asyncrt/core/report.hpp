// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Where the runtime says what it noticed about the program: one sink, by default one line on standard error.
/// debug/sinks.hpp has more of them.
#pragma once

#include <cstddef>
#include <cstdio>
#include <exception>
#include <source_location>

namespace asyncrt {

/// Return addresses, the innermost first. A view: valid as long as the array.
struct stack_view {
  void *const *frames = nullptr;
  std::size_t size = 0;
  void *const *begin() const noexcept { return frames; }
  void *const *end() const noexcept { return frames + size; }
  bool empty() const noexcept { return size == 0; }
};

/// Something that was counted or measured. The name has its unit: "milliseconds", "tasks".
struct named_number {
  const char *name = nullptr; ///< Null: there is none.
  double value = 0;
};

/// Something that the runtime noticed. It carries the name of the check that finds the same mistake in the source.
/// Valid during the call of the sink.
struct finding {
  static constexpr std::size_t most_numbers = 4;

  const char *check;                       ///< Such as "async-unawaited-task".
  const char *what;                        ///< A sentence without the coroutine's name and without a full stop.
  const char *task;                        ///< Name of the task, or the signature of the coroutine; never null.
  std::source_location where;              ///< The coroutine, not the call of it.
  stack_view stack = {};                   ///< Where the thread was, if the detector looked; see debug/stack.hpp.
  named_number numbers[most_numbers] = {}; ///< Those that are there come first.
  const char *details = nullptr; ///< More lines for people, each with its end, such as an await graph; null: none.
  std::source_location at = {};  ///< The line in the coroutine that it is about, such as an await; line 0: not known.
};

/// Receives findings. Called on the thread that noticed; must not throw and must not call the runtime.
using report_sink = void (*)(const finding &) noexcept;

/// The sink of a program that has none: one line.
inline void report_to_stderr(const finding &f) noexcept {
  std::fprintf(stderr, "asyncrt: %s: %s: %s", f.check, f.what, f.task);
  // Not everything that is noticed has a place.
  if (*f.where.file_name())
    std::fprintf(stderr, " (%s:%u)", f.where.file_name(), static_cast<unsigned>(f.where.line()));
  std::fputc('\n', stderr);
}

namespace detail {
inline constinit report_sink current_sink = report_to_stderr;
/// How many reports this thread is giving to the sink: what a sink does is not the program's doing.
inline constinit thread_local unsigned reporting = 0;
/// Reports with the stack of the thread from \p caller, a return address, on. Null in programs without an event loop.
inline constinit void (*report_with_stack)(const finding &f, const void *caller) noexcept = nullptr;
} // namespace detail

/// Sends findings of all threads to \p sink and returns the one before. Set it before other threads run.
inline report_sink set_report_sink(report_sink sink) noexcept {
  report_sink before = detail::current_sink;
  detail::current_sink = sink;
  return before;
}

/// Gives \p f to the sink.
[[gnu::cold]] inline void report(const finding &f) noexcept {
  ++detail::reporting;
  detail::current_sink(f);
  --detail::reporting;
}

/// Reports an error that nobody will get, as async-unretrieved-error, with what it says.
[[gnu::cold]] inline void report_unretrieved(const char *what, const char *task, const std::source_location &where,
                                             const std::exception_ptr &error) noexcept {
  const auto with_details = [&](const char *text) {
    char details[512];
    std::snprintf(details, sizeof details, "  %.500s\n", text);
    report({.check = "async-unretrieved-error", .what = what, .task = task, .where = where, .details = details});
  };
  try {
    std::rethrow_exception(error);
  } catch (const std::exception &e) {
    with_details(e.what());
  } catch (...) {
    with_details("an exception that is no std::exception");
  }
}

/// report() for a mistake that is where it is noticed: with the stack from the return address \p caller on, in programs
/// that have an event loop.
[[gnu::cold]] inline void report_here(const finding &f, const void *caller) noexcept {
  detail::report_with_stack ? detail::report_with_stack(f, caller) : report(f);
}

} // namespace asyncrt
