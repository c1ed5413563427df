// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Formats of findings, and the one file that they go to.
#include <asyncrt/debug/sinks.hpp>

#include "escape.hpp"

#include <asyncrt/debug/stack.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <functional>
#include <mutex>
#include <string_view>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace asyncrt::debug {

namespace {

// --- JSON ---------------------------------------------------------------------------------------------------------

/// Bytes that are no UTF-8 become U+FFFD.
void append_string(std::string &out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length ? length : 1);
  }
  out += '"';
}

void append_number(std::string &out, double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.12g", value);
  out += std::isfinite(value) ? text : "null";
}

void append_key(std::string &out, const char *key) {
  if (out.back() != '{')
    out += ", ";
  append_string(out, key);
  out += ": ";
}

/// What llvm-symbolizer needs.
void append_frame(std::string &out, const code_place &place) {
  out += '{';
  append_key(out, "function");
  append_string(out, place.function);
  append_key(out, "module");
  append_string(out, place.module);
  append_key(out, "offset");
  char offset[24];
  std::snprintf(offset, sizeof offset, "0x%llx", static_cast<unsigned long long>(place.offset));
  append_string(out, offset);
  out += '}';
}

/// What a finding is, without braces.
void append_members(std::string &out, const finding &f) {
  append_key(out, "check");
  append_string(out, f.check);
  append_key(out, "what");
  append_string(out, f.what);
  append_key(out, "task");
  append_string(out, f.task);
  append_key(out, "coroutine");
  append_string(out, f.where.function_name());
  append_key(out, "file");
  append_string(out, f.where.file_name());
  append_key(out, "line");
  append_number(out, f.where.line());
  if (f.at.line()) {
    append_key(out, "at");
    out += '{';
    append_key(out, "file");
    append_string(out, f.at.file_name());
    append_key(out, "line");
    append_number(out, f.at.line());
    out += '}';
  }
  append_key(out, "numbers");
  out += '{';
  for (const named_number &n : f.numbers) {
    if (!n.name)
      break;
    append_key(out, n.name);
    append_number(out, n.value);
  }
  out += '}';
  append_key(out, "stack");
  out += '[';
  for (void *address : f.stack) {
    if (out.back() != '[')
      out += ", ";
    append_frame(out, look_up(address));
  }
  out += ']';
  if (f.details) {
    append_key(out, "details");
    append_string(out, f.details);
  }
}

// --- Where they go ------------------------------------------------------------------------------------------------

/// The file of all findings. Never destroyed: something may be noticed while the program ends.
struct output {
  std::mutex mutex;
  int file = STDERR_FILENO;
  bool trace = false;
  /// The file's name, in which `%p` stands for the process; only if it has that.
  std::string name_by_process;
  ::pid_t process = 0; ///< That writes it.
  /// Of a trace: events that were not written yet; whether the array has begun.
  std::string pending;
  bool begun = false;

  void write(std::string_view text) noexcept {
    while (!text.empty()) {
      const ::ssize_t size = ::write(file, text.data(), text.size());
      if (size < 0 && errno == EINTR)
        continue;
      if (size <= 0)
        return;
      text.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  void flush() noexcept {
    write(pending);
    pending.clear();
  }
  /// To be called before anything is written or kept: whether it is still a trace. A process that was forked has a file
  /// of its own if `%p` was in the name; otherwise it adds its lines to those of its parent, but to a trace nothing.
  bool is_trace() noexcept;
  /// Events are set apart so that what has been written at any time is an array but for its end, which may be missing.
  void add_event(std::string_view event) {
    (pending += begun ? ",\n" : "[\n") += event;
    begun = true;
  }
};

/// Lines are added to what is there, each in one write, as other processes may do the same; a trace is one array, and
/// begins anew. Negative: errno.
int open_file(const std::string &name, bool trace) noexcept {
  std::string path = name;
  for (std::size_t at = 0; (at = path.find("%p", at)) != path.npos;)
    path.replace(at, 2, std::to_string(::getpid()));
  const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | (trace ? O_TRUNC : 0) | O_APPEND | O_CLOEXEC, 0666);
  return number < 0 ? -errno : number;
}

constinit std::atomic<bool> trace_steps = false;

bool output::is_trace() noexcept {
  if (process == ::getpid() || process == 0)
    return trace;
  process = ::getpid();
  pending.clear();
  begun = false;
  if (!name_by_process.empty())
    file = std::max(open_file(name_by_process, trace), -1);
  else if (trace)
    file = -1;
  if (file < 0) {
    file = STDERR_FILENO;
    trace = trace_steps = false;
  }
  return trace;
}

output &the_output() noexcept {
  static output *const one = new output;
  return *one;
}

::pid_t this_thread_id() noexcept { return static_cast<::pid_t>(::syscall(SYS_gettid)); }

void text_sink(const finding &f) noexcept {
  const std::string text = as_text(f);
  const std::lock_guard lock(the_output().mutex);
  the_output().is_trace();
  the_output().write(text);
}

void json_sink(const finding &f) noexcept {
  const std::string text = as_json(f) + "\n";
  const std::lock_guard lock(the_output().mutex);
  the_output().is_trace();
  the_output().write(text);
}

void abort_sink(const finding &f) noexcept {
  text_sink(f);
  std::abort();
}

/// The beginning of an event of this thread at \p at, up to its arguments.
std::string event(const char *phase, const char *name, time_ns at) {
  char text[128];
  std::string result = "{";
  append_key(result, "name");
  append_string(result, name);
  std::snprintf(text, sizeof text, ", \"ph\": \"%s\", \"ts\": %.3f, \"pid\": %d, \"tid\": %d", phase,
                static_cast<double>(at) / 1e3, static_cast<int>(::getpid()), static_cast<int>(this_thread_id()));
  return result += text;
}

void trace_sink(const finding &f) noexcept {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  std::string text = event("i", f.check, time_ns{t.tv_sec} * 1'000'000'000 + t.tv_nsec);
  text += ", \"s\": \"t\", \"args\": {";
  append_members(text, f);
  text += "}}";
  output &out = the_output();
  const std::lock_guard lock(out.mutex);
  if (!out.is_trace()) {
    out.write(as_text(f));
    return;
  }
  out.add_event(text);
  out.flush();
}

void end_trace() noexcept {
  output &out = the_output();
  const std::lock_guard lock(out.mutex);
  if (!out.trace || out.process != ::getpid())
    return;
  out.pending += out.begun ? "\n]\n" : "[]\n";
  out.flush();
  out.trace = false;
  trace_steps = false;
}

constexpr report_sink sinks[] = {text_sink, json_sink, trace_sink, abort_sink};
constexpr const char *names[] = {"text", "json", "trace", "abort"};

/// What ASYNCRT_REPORT says; text if it is not set and no sink was, or if it says what nobody understands.
void report_as_environment_says() noexcept {
  const char *value = std::getenv("ASYNCRT_REPORT");
  if (!value || !*value) {
    if (const report_sink before = set_report_sink(text_sink); before != report_to_stderr)
      set_report_sink(before);
    return;
  }
  const std::string_view all = value;
  const std::size_t colon = all.find(':');
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (all.substr(0, colon) != names[i])
      continue;
    try {
      report_as(static_cast<report_format>(i), colon == all.npos ? nullptr : value + colon + 1);
    } catch (const std::system_error &e) {
      std::fprintf(stderr, "asyncrt: ASYNCRT_REPORT: %s; findings go to standard error\n", e.what());
      report_as(static_cast<report_format>(i));
    }
    return;
  }
  std::fprintf(stderr, "asyncrt: ASYNCRT_REPORT=%s: there are text, json, trace and abort, each alone or with :FILE\n",
               value);
  set_report_sink(text_sink);
}

} // namespace

void use_report_environment() noexcept {
  static const bool done = (report_as_environment_says(), true);
  (void)done;
}

namespace {

/// How often something was noticed in one place, by the functions that led there.
class repetitions {
public:
  /// Counts one more. The number, if it is one to be told of: the first three, and then each time that it has doubled.
  /// Zero otherwise. When there are too many places to remember, what is new is told each time.
  unsigned add(const finding &f) noexcept {
    std::size_t key = std::hash<const void *>()(f.check);
    for (std::size_t i = 0; i < std::min<std::size_t>(f.stack.size, 8); ++i)
      key = key * 0x9e3779b97f4a7c15u + reinterpret_cast<std::size_t>(f.stack.frames[i]);
    const std::lock_guard lock(mutex_);
    for (std::size_t tries = 0; tries < all_.size(); ++tries) {
      place &p = all_[(key + tries) % all_.size()];
      if (p.times != 0 && p.key != key)
        continue;
      p.key = key;
      const unsigned times = ++p.times;
      return times <= 3 || std::has_single_bit(times) ? times : 0;
    }
    return 1;
  }

private:
  struct place {
    std::size_t key;
    unsigned times;
  };
  std::mutex mutex_;
  std::array<place, 512> all_{};
};

/// What has a number of its own tells how it grows; what has none is told each time, or, when that is often, with the
/// number of times.
void report_with_stack(const finding &f, const void *caller) noexcept {
  static repetitions *const seen = new repetitions; // Never destroyed, as the output.
  const stack taken = capture_stack();
  finding with = f;
  with.stack = taken.from(caller);
  if (!f.numbers[0].name) {
    const unsigned times = seen->add(with);
    if (times == 0)
      return;
    if (times > 3)
      with.numbers[0] = {"times", static_cast<double>(times)};
  }
  report(with);
}

} // namespace

static const bool with_stacks = (asyncrt::detail::report_with_stack = report_with_stack, true);
[[maybe_unused]] static const bool before_main = (use_report_environment(), true);

void report_as(report_format format, const char *file) {
  int number = STDERR_FILENO;
  if (file) {
    number = open_file(file, format == report_format::trace);
    if (number < 0)
      throw std::system_error(-number, std::system_category(), file);
  }
  end_trace();
  output &out = the_output();
  {
    const std::lock_guard lock(out.mutex);
    if (out.file != STDERR_FILENO && out.process == ::getpid())
      ::close(out.file);
    out.file = number;
    out.name_by_process = file && std::strstr(file, "%p") ? file : "";
    out.trace = format == report_format::trace;
    out.begun = false;
    out.pending.clear();
    out.process = ::getpid();
  }
  if (format == report_format::trace) {
    static const int at_exit = std::atexit([] { end_trace(); });
    (void)at_exit;
  }
  trace_steps = format == report_format::trace;
  set_report_sink(sinks[static_cast<std::size_t>(format)]);
}

std::string as_text(const finding &f) {
  std::string text = "asyncrt: ";
  const auto add = [&](std::string_view part) { escape_controls(part, [&](std::string_view s) { text += s; }); };
  add(f.check);
  text += ": ";
  add(f.what);
  text += ": ";
  add(f.task);
  text += " (";
  add(f.where.file_name());
  text += ":" + std::to_string(f.where.line()) + ")\n";
  for (const named_number &n : f.numbers) {
    if (!n.name)
      break;
    ((text += "  ") += n.name) += ": ";
    append_number(text, n.value);
    text += '\n';
  }
  // Its ends of lines are those of the detector.
  for (std::string_view rest = f.details ? f.details : ""; !rest.empty();) {
    const std::size_t length = std::min(rest.find('\n'), rest.size());
    add(rest.substr(0, length));
    if (length < rest.size())
      text += '\n';
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  for (void *address : f.stack)
    ((text += "    at ") += describe(address)) += '\n';
  return text;
}

std::string as_json(const finding &f) {
  std::string text = "{";
  append_members(text, f);
  append_key(text, "thread");
  append_number(text, this_thread_id());
  return text += "}";
}

bool tracing() noexcept { return trace_steps.load(std::memory_order_relaxed); }

void trace_step(const char *name, time_ns begin, time_ns length) noexcept {
  if (!tracing())
    return;
  std::string text = event("X", name, begin);
  char duration[48];
  std::snprintf(duration, sizeof duration, ", \"dur\": %.3f}", static_cast<double>(length) / 1e3);
  text += duration;
  output &out = the_output();
  const std::lock_guard lock(out.mutex);
  if (!out.is_trace())
    return;
  out.add_event(text);
  if (out.pending.size() > 64 * 1024)
    out.flush();
}

} // namespace asyncrt::debug
