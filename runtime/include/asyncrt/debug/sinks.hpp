// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// How findings are shown: as text, as lines of JSON, as a trace for a viewer, or by ending the program.
///
/// Chosen by report_as() or, before main(), by the environment variable ASYNCRT_REPORT=FORMAT or ASYNCRT_REPORT=
/// FORMAT:FILE, where FORMAT is text, json, trace or abort. Without a file it is standard error. `%p` in FILE stands
/// for the number of the process. Findings are added to the end of a file that exists; a trace is made anew.
#pragma once

#include <asyncrt/core/report.hpp>
#include <asyncrt/core/timer_heap.hpp>

#include <string>

namespace asyncrt::debug {

/// How findings are shown.
enum class report_format : unsigned char {
  text,  ///< One line, then numbers, details and stack, indented.
  json,  ///< One line for each finding: an object; docs/debugging.md lists its members.
  trace, ///< Chrome trace events, for Perfetto or chrome://tracing: findings as instants, steps as bars.
  abort, ///< As text, and then the program ends by abort().
};

/// Sends the findings of all threads to \p file in that format; to standard error if it is null. Throws
/// std::system_error when the file cannot be made. Call it before other threads run.
///
/// A process that is forked afterwards writes a file of its own if `%p` is in the name. Otherwise it adds to that of
/// its parent, or, as a trace has one writer, it writes text to standard error instead.
void report_as(report_format format, const char *file = nullptr);

/// Does what ASYNCRT_REPORT says, the first time. Programs that have an event loop do it before main().
void use_report_environment() noexcept;

/// The finding as text, with names for the addresses of its stack. Throws std::bad_alloc.
std::string as_text(const finding &f);
/// The finding as one line of JSON. Throws std::bad_alloc.
std::string as_json(const finding &f);

/// Whether findings go to a trace: then trace_step() is worth calling.
bool tracing() noexcept;

/// A step of the coroutine \p name on this thread: from \p begin, \p length long; nanoseconds of the monotonic clock.
/// Nothing unless tracing(). Any thread. Events are kept for a while; findings and the end of the program write them.
void trace_step(const char *name, time_ns begin, time_ns length) noexcept;

} // namespace asyncrt::debug
