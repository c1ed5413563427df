// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The sinks for findings, and the detectors of the loop: that each fires, and that each is silent where it should be.
#include "harness.hpp"

#include <asyncrt/debug/await_graph.hpp>
#include <asyncrt/debug/monitor.hpp>
#include <asyncrt/debug/sinks.hpp>
#include <asyncrt/debug/stack.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>

namespace asyncrt::test {

namespace {

class debug_sinks : public runtime {
protected:
  debug_sinks() : path_(::testing::TempDir() + "asyncrt-findings-" + std::to_string(::getpid())) {}
  ~debug_sinks() override {
    debug::report_as(debug::report_format::text);
    std::remove(path_.c_str());
  }
  std::string written() const {
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }
  std::string path_;
};

const std::source_location here = std::source_location::current();

class await_graphs : public runtime {
protected:
  /// Without the names of coroutines and files.
  static std::string shape(scheduler &loop) {
    std::istringstream graph(debug::await_graph(loop));
    std::string text;
    for (std::string line; std::getline(graph, line);) {
      const std::size_t awaits = line.find(" awaits at "), colon = line.rfind(':');
      if (awaits != line.npos)
        line = line.substr(0, line.find_first_not_of(' ')) +
               (line.find("/asyncrt/core/") == line.npos ? line.substr(colon + 1) : "the library");
      text += line + '\n';
    }
    return text;
  }
  static std::string at(std::source_location where) { return std::to_string(where.line()); }
};

} // namespace

// R-DBG-1
TEST_F(debug_sinks, text_has_one_line_and_then_numbers_details_and_stack) {
  const debug::stack stack = debug::capture_stack();
  debug::report_as(debug::report_format::text, path_.c_str());
  report({"async-x", "something is wrong", "a task", here, stack, {{"milliseconds", 1.5}}, "  more\n"});
  const std::string text = written();
  EXPECT_EQ(text.find("asyncrt: async-x: something is wrong: a task (" + std::string(here.file_name()) + ":" +
                      std::to_string(here.line()) + ")\n  milliseconds: 1.5\n  more\n    at "),
            0u)
      << text;
  EXPECT_NE(text.find("text_has_one_line_and_then_numbers_details_and_stack_Test::TestBody() (asyncrt-tests+0x"),
            std::string::npos)
      << text;
}

// R-DBG-1
TEST_F(debug_sinks, text_has_no_control_characters_of_names) {
  const std::string text = debug::as_text(
      {"async-x", "w", "\x1b[2J\r\n\x7f \xc2\x9b \x9b \xc3\xa4 \\ \xe2\x82", here, {}, {}, "  one\n\n  \x1btwo"});
  EXPECT_EQ(text, "asyncrt: async-x: w: \\x1b[2J\\x0d\\x0a\\x7f \\xc2\\x9b \\x9b \xc3\xa4 \\ \\xe2\\x82 (" +
                      std::string(here.file_name()) + ":" + std::to_string(here.line()) + ")\n  one\n\n  \\x1btwo");
}

// R-DBG-1
TEST_F(debug_sinks, the_older_detectors_use_it) {
  debug::report_as(debug::report_format::text, path_.c_str());
  {
    [[maybe_unused]] const task<> dropped = []() -> task<> { co_return; }();
  }
  EXPECT_EQ(written().find("asyncrt: async-unawaited-task: the task was never awaited: "), 0u) << written();
}

namespace {
[[gnu::noinline]] void drop_a_task() {
  {
    [[maybe_unused]] const task<> dropped = []() -> task<> { co_return; }();
  }
  asm volatile("");
}
} // namespace

// R-DBG-17
TEST_F(debug_sinks, a_task_that_was_not_awaited_has_the_stack_of_where_it_was_dropped) {
  debug::report_as(debug::report_format::json, path_.c_str());
  drop_a_task();
  EXPECT_NE(written().find("drop_a_task()"), std::string::npos) << written();
  debug::report_as(debug::report_format::text, path_.c_str());
  drop_a_task();
  EXPECT_NE(written().find("    at "), std::string::npos) << written();
  EXPECT_NE(written().find("drop_a_task() (asyncrt-tests"), std::string::npos) << written();
}

// R-SPAWN-3
TEST_F(debug_sinks, an_error_that_nobody_asked_for_says_what_it_is) {
  debug::report_as(debug::report_format::json, path_.c_str());
  test_loop loop;
  loop.run([]() -> task<> {
    spawn([]() -> task<> {
      throw std::runtime_error("boom");
      co_return;
    }())
        .detach();
    co_await sleep_for(1s);
  }());
  EXPECT_NE(written().find("\"details\": \"  boom"), std::string::npos) << written();
}

// R-DBG-25
TEST_F(debug_sinks, tasks_that_are_dropped_again_and_again_are_reported_when_they_have_doubled) {
  debug::report_as(debug::report_format::json, path_.c_str());
  for (int i = 0; i < 1000; ++i)
    drop_a_task();
  const std::string text = written();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3 + 8) << text;
  EXPECT_NE(text.find("\"numbers\": {\"times\": 512}"), std::string::npos) << text;
}

// R-DBG-17
TEST_F(debug_sinks, without_a_sink_it_is_one_line) {
  ::testing::internal::CaptureStderr();
  const report_sink before = set_report_sink(report_to_stderr);
  drop_a_task();
  set_report_sink(before);
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

// R-DBG-2
TEST_F(debug_sinks, frames_of_stacks_are_places_in_files) {
  const debug::stack stack = debug::capture_stack();
  const std::string text = debug::as_json({"async-x", "w", "t", here, stack_view{stack.frames, 1}});
  const debug::code_place place = debug::look_up(stack.frames[0]);
  EXPECT_NE(place.function.find("frames_of_stacks_are_places_in_files_Test::TestBody()"), std::string::npos);
  EXPECT_EQ(place.module, std::filesystem::read_symlink("/proc/self/exe").string());
  std::ostringstream offset;
  offset << "0x" << std::hex << place.offset;
  EXPECT_NE(text.find("\"stack\": [{\"function\": \"" + place.function + "\", \"module\": \"" + place.module +
                      "\", \"offset\": \"" + offset.str() + "\"}]"),
            std::string::npos)
      << text;
  const debug::code_place nowhere = debug::look_up(reinterpret_cast<void *>(2));
  EXPECT_EQ(nowhere.module, "");
  EXPECT_EQ(nowhere.offset, 1u);
}

// R-DBG-2
TEST_F(debug_sinks, json_is_one_object_per_line_with_strings_escaped) {
  debug::report_as(debug::report_format::json, path_.c_str());
  report({"async-x", "a \"word\"\n", "\x01\\ \xc3\xa4 \xff \xed\xa0\x80 \xe2\x82", here, {}, {{"n", 2}, {"m", 0.25}}});
  report({"async-y", "w", "t", here, {}, {{"n", 1 / std::numeric_limits<double>::denorm_min()}}, "d"});
  const std::string text = written();
  const std::string place = "\", \"coroutine\": \"" + std::string(here.function_name()) + "\", \"file\": \"" +
                            std::string(here.file_name()) + "\", \"line\": " + std::to_string(here.line());
  const std::string thread = ", \"thread\": " + std::to_string(::syscall(SYS_gettid)) + "}\n";
  EXPECT_EQ(text, "{\"check\": \"async-x\", \"what\": \"a \\\"word\\\"\\u000a\", \"task\": "
                  "\"\\u0001\\\\ \xc3\xa4 \\ufffd \\ufffd\\ufffd\\ufffd \\ufffd\\ufffd" +
                      place + ", \"numbers\": {\"n\": 2, \"m\": 0.25}, \"stack\": []" + thread +
                      "{\"check\": \"async-y\", \"what\": \"w\", \"task\": \"t" + place +
                      ", \"numbers\": {\"n\": null}, \"stack\": [], \"details\": \"d\"" + thread);
}

// R-DBG-2
TEST_F(debug_sinks, json_has_the_line_it_is_about_if_that_is_known) {
  const std::string without = debug::as_json({"async-x", "w", "t", here});
  const std::source_location at = std::source_location::current();
  const std::string with = debug::as_json({"async-x", "w", "t", here, {}, {}, nullptr, at});
  const std::string member =
      ", \"at\": {\"file\": \"" + std::string(at.file_name()) + "\", \"line\": " + std::to_string(at.line()) + "}";
  const std::size_t place = with.find(member);
  ASSERT_NE(place, with.npos) << with;
  EXPECT_EQ(std::string(with).erase(place, member.size()), without);
}

// R-DBG-3
TEST_F(debug_sinks, a_trace_is_an_array_that_only_lacks_its_end_until_the_program_ends) {
  EXPECT_FALSE(debug::tracing());
  debug::report_as(debug::report_format::trace, path_.c_str());
  EXPECT_TRUE(debug::tracing());
  debug::trace_step("a \"step\"", 2'500, 1'250);
  report({"async-x", "w", "t", here});
  const std::string early = written();
  EXPECT_EQ(early.find("[\n{\"name\": \"a \\\"step\\\"\", \"ph\": \"X\", \"ts\": 2.500, \"pid\": "), 0u) << early;
  EXPECT_NE(early.find(", \"dur\": 1.250},\n{\"name\": \"async-x\", \"ph\": \"i\", \"ts\": "), std::string::npos)
      << early;
  EXPECT_EQ(early.substr(early.size() - 2), "}}") << early;
  const std::string path = std::exchange(path_, path_ + "-other");
  debug::report_as(debug::report_format::text, path_.c_str());
  std::ostringstream all;
  all << std::ifstream(path).rdbuf();
  EXPECT_EQ(all.str(), early + "\n]\n");
  std::remove(path.c_str());
}

namespace {
/// Runs \p body in a child that is forked, and gives its number.
template <class Body>::pid_t in_a_fork(Body &&body) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    body();
    std::exit(0);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  return child;
}
std::size_t lines_with(const std::string &text, const char *what) {
  std::size_t lines = 0;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);)
    lines += line.find(what) != line.npos;
  return lines;
}
} // namespace

// R-DBG-24
TEST_F(debug_sinks, findings_of_several_processes_are_added_to_one_file) {
  for (const auto format : {debug::report_format::json, debug::report_format::text}) {
    std::remove(path_.c_str());
    debug::report_as(format, path_.c_str());
    report({"async-x", "w", "t", here});
    in_a_fork([&] {
      report({"async-y", "w", "t", here}); // Forked.
      debug::report_as(format, path_.c_str());
      report({"async-z", "w", "t", here}); // As a program that was started by it.
    });
    report({"async-w", "w", "t", here});
    const std::string text = written();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << text;
    for (const char *check : {"async-x", "async-y", "async-z", "async-w"})
      EXPECT_EQ(lines_with(text, check), 1u) << text;
  }
}

// R-DBG-24
TEST_F(debug_sinks, the_process_can_be_in_the_name_of_the_file) {
  for (const auto format : {debug::report_format::text, debug::report_format::json, debug::report_format::trace}) {
    const std::string stem = path_;
    debug::report_as(format, (stem + ".%p.%p").c_str());
    report({"async-x", "w", "t", here});
    const std::string child = std::to_string(in_a_fork([] { report({"async-y", "w", "t", here}); }));
    debug::report_as(debug::report_format::text);
    const std::string self = std::to_string(::getpid());
    path_ = stem + "." + self + "." + self;
    EXPECT_EQ(lines_with(written(), "async-x"), 1u) << written();
    EXPECT_EQ(lines_with(written(), "async-y"), 0u) << written();
    std::remove(path_.c_str());
    path_ = stem + "." + child + "." + child;
    EXPECT_EQ(lines_with(written(), "async-x"), 0u) << written();
    EXPECT_EQ(lines_with(written(), "async-y"), 1u) << written();
    if (format == debug::report_format::trace) {
      EXPECT_EQ(written().find("[\n{"), 0u) << written();
      EXPECT_EQ(written().substr(written().size() - 5), "}}\n]\n");
    }
    std::remove(path_.c_str());
    path_ = stem;
  }
}

// R-DBG-24
TEST_F(debug_sinks, a_child_writes_nothing_into_the_trace_of_its_parent) {
  debug::report_as(debug::report_format::trace, path_.c_str());
  debug::trace_step("before", 1'000, 1'000);
  ::testing::internal::CaptureStderr();
  in_a_fork([] {
    debug::trace_step("in the child", 2'000, 1'000);
    report({"async-y", "w", "t", here});
    if (debug::tracing())
      std::_Exit(1);
  });
  EXPECT_EQ(::testing::internal::GetCapturedStderr().find("asyncrt: async-y: w: t ("), 0u);
  EXPECT_EQ(written(), "");
  debug::trace_step("behind", 3'000, 1'000);
  report({"async-x", "w", "t", here});
  const std::string text = written();
  EXPECT_EQ(text.find("[\n{\"name\": \"before\""), 0u) << text;
  EXPECT_EQ(lines_with(text, "\"before\""), 1u) << text;
  EXPECT_EQ(lines_with(text, "\"name\""), 3u) << text;
}

// R-DBG-4
TEST_F(debug_sinks, abort_ends_the_program_after_the_text) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        debug::report_as(debug::report_format::abort);
        report({"async-x", "w", "the name", here});
      },
      "asyncrt: async-x: w: the name ");
}

// R-DBG-5
TEST_F(debug_sinks, the_environment_chooses_before_main) {
  ::setenv("ASYNCRT_REPORT", ("json:" + path_).c_str(), 1);
  const auto run_self = [](const char *what) {
    const std::string command =
        "/proc/" + std::to_string(::getpid()) + "/exe --gtest_also_run_disabled_tests --gtest_filter=" + what + " 2>&1";
    std::FILE *pipe = ::popen(command.c_str(), "r");
    std::string text(100'000, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), pipe));
    ::pclose(pipe);
    return text;
  };
  run_self("debug_sinks.DISABLED_reports_one");
  EXPECT_EQ(written().find("{\"check\": \"async-x\""), 0u) << written();
  ::setenv("ASYNCRT_REPORT", "xml", 1);
  const std::string wrong = run_self("debug_sinks.DISABLED_reports_one");
  EXPECT_NE(wrong.find("asyncrt: ASYNCRT_REPORT=xml: there are text, json, trace and abort"), std::string::npos);
  EXPECT_NE(wrong.find("asyncrt: async-x: w: t ("), std::string::npos);
  ::setenv("ASYNCRT_REPORT", "text:/nowhere/at/all", 1);
  const std::string nowhere = run_self("debug_sinks.DISABLED_reports_one");
  EXPECT_NE(nowhere.find("asyncrt: ASYNCRT_REPORT: /nowhere/at/all: No such file"), std::string::npos) << nowhere;
  ::unsetenv("ASYNCRT_REPORT");
}
TEST_F(debug_sinks, DISABLED_reports_one) { report({"async-x", "w", "t", here}); }

// R-DBG-6
TEST_F(await_graphs, shows_the_chain_of_each_task_and_what_adapters_run) {
  static std::uint_least32_t line = 0;
  static async_event gate;
  struct chain {
    static task<> leaf() {
      line = std::source_location::current().line();
      co_await gate.wait();
    }
    static task<> middle() { co_await leaf(); }
    static task<> outer() { co_await middle(); }
    static task<> timed() { co_await with_timeout(outer(), 1h); }
    static task<> both() { co_await when_all(leaf(), as_result(leaf())); }
    static task<> twice() {
      co_await leaf();
      co_await yield();
    }
  };
  test_loop loop;
  EXPECT_EQ(shape(loop.loop()), "no tasks\n");
  spawn(loop.loop(), chain::outer(), "one").detach();
  spawn(loop.loop(), chain::timed(), "two").detach();
  spawn(loop.loop(), chain::both(), "three").detach();
  spawn(loop.loop(), chain::twice(), "four").detach();
  const std::string before = debug::await_graph(loop.loop());
  EXPECT_NE(before.find("task \"one\"\n  static task<> asyncrt::test::"), std::string::npos) << before;
  EXPECT_NE(before.find(", ready, not begun\n"), std::string::npos) << before;
  while (loop->run_one() && loop->tasks().size() == 4 && line == 0) {
  }
  for (int i = 0; i < 3; ++i)
    loop->run_one();
  const auto l = [](int from_leaf) { return std::to_string(static_cast<int>(line) + from_leaf) + "\n"; };
  EXPECT_EQ(shape(loop.loop()), "task \"one\"\n  " + l(4) + "  " + l(3) + "  " + l(1) +                         //
                                    "task \"two\"\n  " + l(5) + "    " + l(4) + "    " + l(3) + "    " + l(1) + //
                                    "task \"three\"\n  " + l(6) + "    " + "the library\n" + "    " + l(1) + "    " +
                                    l(1) + "task \"four\"\n  " + l(8) + "  " + l(1));
  gate.set();
  for (int i = 0; i < 5; ++i)
    loop->run_one();
  EXPECT_NE(shape(loop.loop()).find("task \"four\"\n  " + std::to_string(line + 9) + ", ready\n"), std::string::npos)
      << shape(loop.loop());
  loop->run();
  EXPECT_EQ(shape(loop.loop()), "no tasks\n");
}

// R-DBG-6
TEST_F(await_graphs, of_a_long_chain_the_middle_is_left_out) {
  struct chain {
    static task<> down(int n) {
      if (n == 0)
        co_await sleep_for(1h);
      else
        co_await down(n - 1);
    }
  };
  test_loop loop;
  task_handle<> deep = spawn(loop.loop(), chain::down(1000), "deep");
  loop->run_one();
  const std::string graph = debug::await_graph(loop.loop());
  EXPECT_NE(graph.find("\n  ... 968 more coroutines ...\n"), std::string::npos) << graph;
  EXPECT_EQ(std::count(graph.begin(), graph.end(), '\n'), 1 + 32 + 2);
}

// R-DBG-6
TEST_F(await_graphs, names_are_shown_without_control_characters) {
  test_loop loop;
  spawn(loop.loop(), []() -> task<> { co_await yield(); }(), "a\nb\x1b").detach();
  spawn(loop.loop(), []() -> task<> { co_await yield(); }(), std::string(2000, '\x1b').c_str()).detach();
  const std::string graph = debug::await_graph(loop.loop());
  EXPECT_EQ(graph.find("task \"a\\x0ab\\x1b\"\n  "), 0u) << graph;
  EXPECT_EQ(std::count(graph.begin(), graph.end(), '\n'), 4) << graph;
  loop->run();
}

// R-DBG-6
TEST_F(await_graphs, the_running_coroutine_has_only_a_name) {
  test_loop loop;
  std::string graph;
  loop.run([](event_loop &loop, std::string &graph) -> task<> {
    co_await yield();
    graph = debug::await_graph(loop);
  }(loop.loop(), graph));
  EXPECT_NE(graph.find("\"\n  runs now\n"), std::string::npos) << graph;
}

// --- The monitor --------------------------------------------------------------------------------------------------

namespace {

/// Findings with their numbers and details.
class all_findings {
public:
  struct seen {
    std::string check, what, task, details, coroutine;
    std::uint_least32_t line;
    std::vector<std::string> stack;
    double number;
    std::uint_least32_t at; ///< The line.
  };
  all_findings() {
    all_.clear();
    before_ = set_report_sink([](const finding &f) noexcept {
      seen s{f.check,
             f.what,
             f.task,
             f.details ? f.details : "",
             f.where.function_name(),
             f.where.line(),
             {},
             f.numbers[0].value,
             f.at.line()};
      for (void *address : f.stack)
        s.stack.push_back(debug::describe(address));
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(s));
    });
  }
  ~all_findings() { set_report_sink(before_); }
  /// A copy: a thread that watches a loop may report later.
  static std::vector<seen> list() {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  /// What was found, without the rest.
  static trace checks() {
    trace names;
    for (const seen &s : list())
      names.push_back(s.check);
    return names;
  }

private:
  report_sink before_;
  static inline std::mutex mutex_;
  static inline std::vector<seen> all_;
};

class monitors : public runtime {
protected:
  all_findings found;
  static std::uint_least32_t line_of_blocking;
};
std::uint_least32_t monitors::line_of_blocking;

[[gnu::noinline]] void block_for(std::chrono::milliseconds t) {
  std::this_thread::sleep_for(t);
  asm volatile(""); // Not a tail call.
}

} // namespace

namespace {
/// On a busy machine the thread that watches may come late, so that nothing blocks for a time that is known to do:
/// blocks until \p seen() is true, for a minute at most. With a stack that shows this.
template <class Seen> [[gnu::noinline]] void block_until(Seen &&seen) {
  for (const auto end = std::chrono::steady_clock::now() + 1min; !seen() && std::chrono::steady_clock::now() < end;)
    block_for(1ms);
  asm volatile("");
}
bool shows(const all_findings::seen &f, const char *function) {
  return std::any_of(f.stack.begin(), f.stack.end(), [=](const std::string &s) { return s.find(function) != s.npos; });
}
} // namespace

// R-DBG-7
TEST_F(monitors, a_stall_is_reported_with_task_and_stack) {
  event_loop loop;
  debug::monitor monitor(loop, {.stall = 30ms});
  const auto reported = [] {
    const std::vector<all_findings::seen> all = all_findings::list();
    return std::find_if(all.begin(), all.end(), [](const auto &f) { return shows(f, "block_until"); }) != all.end();
  };
  task_handle<> blocks = spawn(
      loop,
      [](auto &reported) -> task<> {
        line_of_blocking = std::source_location::current().line();
        co_await yield();
        block_until(reported);
      }(reported),
      "blocks");
  const auto began = std::chrono::steady_clock::now();
  loop.run();
  const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  const std::vector<all_findings::seen> all = found.list();
  const auto first = std::find_if(all.begin(), all.end(), [](const auto &f) { return shows(f, "block_until"); });
  ASSERT_NE(first, all.end()) << all.size();
  EXPECT_EQ(first->check, "async-blocking-call");
  EXPECT_EQ(first->task, "blocks");
  EXPECT_GE(first->number, 30);
  EXPECT_LE(first->number, took);
  EXPECT_EQ(first->line, line_of_blocking - 1);
  EXPECT_TRUE(shows(*first, "block_for(")) << ::testing::PrintToString(first->stack);
  EXPECT_GE(monitor.stalls(), 1u);
}

// R-DBG-7
TEST_F(monitors, a_stall_is_reported_again_when_it_has_lasted_twice_as_long) {
  event_loop loop;
  debug::monitor monitor(loop, {.stall = 30ms});
  loop.run_until([]() -> task<> {
    block_until([] { return all_findings::list().size() >= 3; });
    co_return;
  }());
  const std::vector<all_findings::seen> all = found.list();
  ASSERT_GE(all.size(), 3u);
  EXPECT_GE(all[0].number, 30);
  EXPECT_GE(all[1].number, 60);
  EXPECT_GE(all[2].number, 120);
  EXPECT_EQ(monitor.stalls(), 1u);
}

// R-DBG-7
TEST_F(monitors, waiting_and_working_in_short_steps_are_no_stalls) {
  event_loop loop;
  debug::monitor monitor(loop, {.stall = 300ms}); // As long as no step of a busy machine should be kept waiting.
  loop.run_until([]() -> task<> {
    co_await when_all(sleep_for(400ms), offload([] { block_for(400ms); }));
    for (const auto end = std::chrono::steady_clock::now() + 400ms; std::chrono::steady_clock::now() < end;) {
      block_for(1ms);
      co_await yield();
    }
  }());
  block_for(400ms); // Not in the loop.
  EXPECT_EQ(found.checks(), trace());
  EXPECT_EQ(monitor.stalls(), 0u);
}

// R-DBG-7
TEST_F(monitors, more_stalls_than_allowed_in_a_minute_are_only_counted) {
  event_loop loop;
  debug::monitor monitor(loop, {.stall = 20ms, .stalls_per_minute = 1});
  for (std::uint64_t i = 1; i <= 3; ++i)
    loop.run_until([](debug::monitor &monitor, std::uint64_t i) -> task<> {
      block_until([&] { return monitor.stalls() >= i && !all_findings::list().empty(); });
      co_return;
    }(monitor, i));
  EXPECT_EQ(found.list().size(), 1u);
  EXPECT_EQ(monitor.stalls(), 3u);
}

// R-DBG-8
TEST_F(monitors, a_swallowed_stop_is_reported) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  std::uint_least32_t line = 0;
  task_handle<int> swallows = spawn(
      loop.loop(),
      [](std::uint_least32_t &line) -> task<int> {
        line = std::source_location::current().line();
        try {
          co_await sleep_for(1h);
        } catch (...) {
        }
        co_return 1;
      }(line),
      "swallows");
  loop->run_one();
  swallows.request_stop();
  loop->run();
  ASSERT_EQ(found.checks(), trace{"async-swallowed-cancellation"});
  EXPECT_EQ(found.list()[0].task, "swallows");
  EXPECT_EQ(found.list()[0].line, line - 1);
}

namespace {
/// Coroutines that get a stop, and what they do with it.
struct stops {
  static inline std::uint_least32_t line = 0;
  static task<> waits() { co_await sleep_for(1h); }
  static task<> swallows() {
    try {
      line = std::source_location::current().line() + 1;
      co_await waits();
    } catch (...) {
    }
  }
  static task<> calls_what_swallows() { co_await swallows(); }
  static task<> swallows_above_finally() {
    try {
      line = std::source_location::current().line() + 1;
      co_await finally(waits, [] {});
    } catch (...) {
    }
  }
  static task<> swallows_in_a_child() {
    try {
      co_await when_all(swallows_in_time(), waits());
    } catch (const operation_stopped &) {
      throw;
    }
  }
  static task<> swallows_in_time() { co_await with_timeout(swallows(), 2h); }
  static async_generator<int> generates() {
    co_await waits();
    co_yield 1;
  }
  static task<> swallows_what_a_generator_throws() {
    auto all = generates();
    try {
      line = std::source_location::current().line() + 1;
      (void)co_await all.next();
    } catch (...) {
    }
  }
  static task<> hands_on_what_it_was_shown() {
    auto r = co_await as_result(waits());
    r.rethrow();
  }
  static task<> swallows_what_was_shown_further_in() {
    try {
      line = std::source_location::current().line() + 1;
      co_await hands_on_what_it_was_shown();
    } catch (...) {
    }
  }
  static task<> swallows_what_a_condition_throws() {
    async_mutex mutex;
    async_condition changed;
    auto lock = co_await mutex.lock_guard();
    try {
      line = std::source_location::current().line() + 1;
      co_await changed.wait(lock);
    } catch (...) {
    }
  }
  static task<> is_shown_and_then_catches() {
    (void)co_await as_result(waits());
    try {
      co_await waits();
    } catch (...) {
    }
  }
};
} // namespace

// R-DBG-8
TEST_F(monitors, a_swallowed_stop_is_that_of_the_last_coroutine_that_got_it) {
  struct one {
    task<> (*coroutine)();
    const char *swallows;
  };
  for (const one &o :
       {one{stops::swallows, "swallows()"}, one{stops::calls_what_swallows, "swallows()"},
        one{stops::swallows_above_finally, "swallows_above_finally()"}, one{stops::swallows_in_time, "swallows()"},
        one{stops::swallows_what_a_generator_throws, "swallows_what_a_generator_throws()"},
        one{stops::swallows_what_a_condition_throws, "swallows_what_a_condition_throws()"},
        one{stops::swallows_what_was_shown_further_in, "swallows_what_was_shown_further_in()"}}) {
    const all_findings found;
    test_loop loop;
    debug::monitor monitor(loop.loop());
    task_handle<> task = spawn(loop.loop(), o.coroutine(), "root");
    loop->run_one();
    task.request_stop();
    loop->run();
    ASSERT_EQ(found.checks(), trace{"async-swallowed-cancellation"}) << o.swallows;
    const all_findings::seen f = found.list()[0];
    EXPECT_EQ(f.task, "root");
    EXPECT_NE(f.coroutine.find(o.swallows), std::string::npos) << f.coroutine;
    EXPECT_NE(f.details.find(" got the stop at " + std::string(here.file_name()) + ":" + std::to_string(stops::line)),
              std::string::npos)
        << f.details;
    EXPECT_EQ(f.at, stops::line);
  }
}

// R-DBG-8
TEST_F(monitors, what_deals_with_a_stop_has_not_swallowed_it) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  std::vector<task_handle<>> all;
  const auto add = [&](task<> t) { all.push_back(spawn(loop.loop(), std::move(t))); };
  add([]() -> task<> { co_await sleep_for(1h); }());                                  // Ends stopped.
  add([]() -> task<> { (void)co_await as_result(sleep_for(1h)); }());                 // Is told by a value.
  add([]() -> task<> { co_await stopped_as_optional(sleep_for(1h)); }());             // So is this.
  add([]() -> task<> { co_await when_all_settled(sleep_for(1h), sleep_for(2h)); }()); // And this.
  add(stops::is_shown_and_then_catches());
  add(stops::hands_on_what_it_was_shown());
  add(finally(stops::waits, [] {}));
  add(stops::swallows_in_a_child()); // One child swallows, the other one does not: the task ends stopped.
  add([]() -> task<> { co_await unstoppable(sleep_for(1s)); }()); // Was never told.
  add([]() -> task<> {                                            // Another task's stop is not its own.
    task_handle<> other = spawn([]() -> task<> { co_await unstoppable(sleep_for(1s)); }());
    co_await other;
  }());
  add([]() -> task<> { // It was stopped by what it awaits, before it was asked itself.
    try {
      co_await with_timeout(sleep_for(1h), 0s);
    } catch (const timeout_error &) {
    }
  }());
  for (int i = 0; i < 30 && loop->run_one(); ++i)
    if (i == 10)
      for (task_handle<> &h : all)
        h.request_stop();
  loop->run();
  EXPECT_EQ(found.checks(), trace());
}

namespace {
/// Something that fails in a step of its own.
task<> fails_soon() {
  co_await sleep_for(1s);
  throw std::runtime_error("failed");
}
/// What is stopped by an adapter, and not by the end of its task.
struct parts {
  static task<> timed() { co_await with_timeout(stops::calls_what_swallows(), 1s); }
  static task<> beside_one_that_fails() {
    try {
      co_await when_all(fails_soon(), stops::swallows());
    } catch (const std::runtime_error &) {
    }
  }
  static task<> of_a_range_beside_one_that_fails() {
    std::vector<task<>> all;
    all.push_back(fails_soon());
    all.push_back(stops::swallows());
    try {
      co_await when_all(std::move(all));
    } catch (const std::runtime_error &) {
    }
  }
  static task<> too_late() { (void)co_await when_any(sleep_for(1s), stops::swallows()); }
  static task<> body_of_a_group_that_fails() {
    try {
      co_await with_task_group([](task_group &group) -> task<> {
        group.spawn(fails_soon()).detach();
        co_await stops::swallows();
      });
    } catch (const std::runtime_error &) {
    }
  }
  static task<> timed_in_cleaning_up() {
    co_await finally([]() -> task<> { co_return; }, [] { return with_timeout(stops::swallows(), 1s); });
  }
  static task<> below_a_child_that_is_stopped() { co_await with_timeout(when_all(stops::swallows()), 1s); }
};
} // namespace

// R-DBG-22
TEST_F(monitors, a_swallowed_stop_of_an_adapter_is_reported) {
  struct one {
    task<> (*coroutine)();
    const char *name;
  };
  for (const one &o : {one{parts::timed, "timed()"}, one{parts::beside_one_that_fails, "beside_one_that_fails()"},
                       one{parts::of_a_range_beside_one_that_fails, "of_a_range_beside_one_that_fails()"},
                       one{parts::too_late, "too_late()"}, one{parts::body_of_a_group_that_fails, "task<"},
                       one{parts::timed_in_cleaning_up, "finally("},
                       one{parts::below_a_child_that_is_stopped, "below_a_child_that_is_stopped()"}}) {
    const all_findings found;
    test_loop loop;
    debug::monitor monitor(loop.loop());
    task_handle<> task = spawn(loop.loop(), o.coroutine(), "root");
    loop->run();
    task.result();
    ASSERT_EQ(found.checks(), trace{"async-swallowed-cancellation"}) << o.name;
    const all_findings::seen f = found.list()[0];
    EXPECT_EQ(f.task, "root");
    EXPECT_EQ(f.what, "a part of the task was stopped, and ended with a value all the same");
    EXPECT_NE(f.coroutine.find("swallows()"), std::string::npos) << f.coroutine;
    EXPECT_NE(f.details.find(" got the stop at " + std::string(here.file_name()) + ":" + std::to_string(stops::line)),
              std::string::npos)
        << f.details;
    const std::size_t by = f.details.find("  it was stopped by what ");
    ASSERT_NE(by, std::string::npos) << f.details;
    EXPECT_NE(f.details.find(o.name, by), std::string::npos) << f.details;
  }
}

// R-DBG-22
TEST_F(monitors, a_coroutine_that_swallows_the_stops_of_adapters_is_reported_once) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  loop.run([]() -> task<> {
    for (int i = 0; i < 3; ++i)
      co_await parts::timed();
  }());
  EXPECT_EQ(found.checks(), trace{"async-swallowed-cancellation"});
}

// R-DBG-22
TEST_F(monitors, parts_that_end_in_time_or_stopped_or_were_shown_their_stop_have_not_swallowed_it) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  std::vector<task_handle<>> all;
  const auto add = [&](task<> t) { all.push_back(spawn(loop.loop(), std::move(t))); };
  add([]() -> task<> { co_await stopped_as_optional(with_timeout(as_result(sleep_for(1h)), 1s)); }());
  add([]() -> task<> { co_await with_timeout(stops::is_shown_and_then_catches(), 1s); }());
  add([]() -> task<> { (void)co_await as_result(with_timeout(stops::waits(), 1s)); }()); // Ends stopped.
  add([]() -> task<> {
    try {
      co_await with_timeout(finally(stops::waits, [] {}), 1s);
    } catch (const timeout_error &) {
    }
  }());
  add([]() -> task<> { // The stop is not that of the task.
    try {
      co_await when_all(fails_soon(), stops::waits(), with_timeout(stops::waits(), 1h));
    } catch (...) {
    }
  }());
  add([]() -> task<> { co_await when_any(sleep_for(1s), stops::waits(), when_any(stops::waits(), sleep_for(2h))); }());
  add([]() -> task<> { co_await with_timeout(when_all_settled(stops::waits(), sleep_for(1s)), 1s); }());
  add([]() -> task<> { // Was never told.
    co_await with_timeout(unstoppable(sleep_for(2s)), 1s);
  }());
  add([]() -> task<> { // An error is no value.
    const auto fails = []() -> task<> {
      try {
        co_await stops::waits();
      } catch (...) {
      }
      throw std::runtime_error("failed");
    };
    (void)co_await as_result(with_timeout(fails(), 1s));
  }());
  loop->run();
  EXPECT_EQ(found.checks(), trace());
}

// R-DBG-8, R-DBG-22
TEST_F(monitors, a_value_that_comes_before_the_stop_has_not_swallowed_it) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  async_event one, other, never;
  // What has come is given, and only the child that is late gets the stop, which when_any() drops.
  const auto first_of_both = [&](async_event &comes) -> task<> { (void)co_await when_any(comes.wait(), never.wait()); };
  task_handle<> whole = spawn(loop.loop(), first_of_both(one));
  const auto beside_one_that_fails = [&]() -> task<> {
    const auto sets_and_fails = [&]() -> task<> {
      co_await sleep_for(1s);
      other.set();
      throw std::runtime_error("failed");
    };
    try {
      co_await when_all(first_of_both(other), sets_and_fails());
    } catch (const std::runtime_error &) {
    }
  };
  task_handle<> part = spawn(loop.loop(), beside_one_that_fails());
  loop->schedule_after(1s, [&] {
    one.set();
    whole.request_stop();
  });
  loop->run();
  whole.result();
  part.result();
  EXPECT_EQ(found.checks(), trace());
}

// R-DBG-8
TEST_F(monitors, a_stop_that_when_any_drops_does_not_hide_one_that_is_swallowed) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  task_handle<> task =
      spawn(loop.loop(), []() -> asyncrt::task<> { co_await when_any(stops::swallows(), stops::waits()); }(), "root");
  loop->run_one();
  task.request_stop();
  loop->run();
  ASSERT_EQ(found.checks(), trace{"async-swallowed-cancellation"});
  EXPECT_NE(found.list()[0].coroutine.find("swallows()"), std::string::npos) << found.list()[0].coroutine;
}

// R-DBG-8, R-DBG-22
TEST_F(monitors, a_stop_that_cleaning_up_hears_is_not_that_of_the_task) {
  struct commits {
    static task<> in_time() {
      try {
        co_await with_timeout(stops::waits(), 1s);
      } catch (const timeout_error &) {
      }
    }
    static task<> to_the_first() { co_await when_any(sleep_for(1s), stops::waits()); }
    static task<> to_all() {
      try {
        co_await when_all(fails(), stops::waits());
      } catch (const std::runtime_error &) {
      }
    }
    static task<> fails() {
      co_await sleep_for(1s);
      throw std::runtime_error("failed");
    }
    static task<> wrongly() { co_await when_any(sleep_for(1s), stops::swallows()); }
  };
  const auto stop_while = [](task<> (*commit)()) {
    test_loop loop;
    debug::monitor monitor(loop.loop());
    task_handle<> task =
        spawn(loop.loop(), [](auto commit) -> asyncrt::task<> { co_await unstoppable(commit()); }(commit), "root");
    loop->run_one();
    task.request_stop();
    loop->run();
    task.result();
  };
  for (const auto commit : {commits::in_time, commits::to_the_first, commits::to_all}) {
    stop_while(commit);
    EXPECT_EQ(found.checks(), trace());
  }
  stop_while(commits::wrongly);
  ASSERT_EQ(found.checks(), trace{"async-swallowed-cancellation"});
  EXPECT_NE(found.list()[0].coroutine.find("swallows()"), std::string::npos) << found.list()[0].coroutine;
}

namespace {
/// Coroutines that await again and again after a stop.
struct loops {
  static inline std::uint_least32_t line = 0;
  template <class F> static task<> swallows_in_a_loop(F f, int times) {
    for (int i = 0; i < times; ++i)
      try {
        line = std::source_location::current().line() + 1;
        co_await f();
      } catch (const operation_stopped &) {
      }
  }
  static task<> cleans_up() {
    try {
      co_await stops::waits();
    } catch (...) {
      // Also what follows stands for a handler, in which nothing can be awaited.
    }
    co_await swallows_in_a_loop([] { return sleep_for(1s); }, 2);
    throw operation_stopped();
  }
};
} // namespace

// R-DBG-23
TEST_F(monitors, a_coroutine_that_goes_on_and_on_after_its_stop_is_reported_once) {
  const auto is_found = [](task<> (*make)()) {
    const all_findings found;
    test_loop loop;
    debug::monitor monitor(loop.loop());
    task_handle<> task = spawn(loop.loop(), make(), "goes on");
    loop->run_one();
    task.request_stop();
    loop->run();
    EXPECT_TRUE(task.ready());
    ASSERT_EQ(found.checks(), trace{"async-swallowed-cancellation"});
    const all_findings::seen f = found.list()[0];
    EXPECT_EQ(f.task, "goes on");
    EXPECT_NE(f.what.find(" was stopped, and goes on and on all the same"), std::string::npos) << f.what;
    EXPECT_NE(f.coroutine.find("swallows_in_a_loop("), std::string::npos) << f.coroutine;
    EXPECT_NE(f.details.find(" got the stop at " + std::string(here.file_name()) + ":" + std::to_string(loops::line) +
                             " for the 4th time, and did not hand it on\n"),
              std::string::npos)
        << f.details;
  };
  is_found([]() -> task<> { return loops::swallows_in_a_loop([] { return sleep_for(1h); }, 10); });
  is_found([]() -> task<> { return loops::swallows_in_a_loop(stops::waits, 10); });
  is_found([]() -> task<> { // Ends stopped in the end.
    co_await loops::swallows_in_a_loop(stops::waits, 10);
    co_await stops::waits();
  });
  is_found([]() -> task<> { co_await with_timeout(loops::swallows_in_a_loop(stops::waits, 10), 1s); });
}

// R-DBG-23
TEST_F(monitors, cleaning_up_and_asking_how_it_ended_are_no_loop) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  std::vector<task_handle<>> all;
  const auto add = [&](task<> t) { all.push_back(spawn(loop.loop(), std::move(t))); };
  add(loops::cleans_up());
  add([]() -> task<> { (void)co_await as_result(with_timeout(loops::cleans_up(), 1s)); }());
  add([]() -> task<> { // Is told each time by a value.
    for (int i = 0; i < 10; ++i)
      (void)co_await as_result(stops::waits());
  }());
  add([]() -> task<> { // These are ten stops.
    for (int i = 0; i < 10; ++i)
      try {
        co_await with_timeout(stops::waits(), 1s);
      } catch (const timeout_error &) {
      }
  }());
  add([]() -> task<> { // One stop, handed on by many.
    const auto down = [](const auto &down, int n) -> task<> {
      if (n == 0)
        co_await sleep_for(1h);
      else
        co_await down(down, n - 1);
    };
    co_await down(down, 20);
  }());
  for (std::size_t i = 0; i < all.size(); ++i)
    loop->run_one();
  for (const std::size_t i : {0u, 2u, 4u})
    all[i].request_stop();
  loop->run();
  EXPECT_EQ(found.checks(), trace());
}

/// An awaiter that has never heard of stops.
struct deaf_sleep {
  std::chrono::nanoseconds time;
  bool await_ready() const noexcept { return false; }
  template <class P> void await_suspend(std::coroutine_handle<P> h) const {
    event_loop::current()->schedule_after(time, [h] { h.resume(); });
  }
  void await_resume() const noexcept {}
};

// R-DBG-9
TEST_F(monitors, a_task_that_does_not_hear_is_reported_once) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.deaf = 2s});
  std::uint_least32_t line = 0;
  task_handle<> deaf = spawn(
      loop.loop(),
      [](std::uint_least32_t &line) -> task<> {
        co_await unstoppable(sleep_for(10s)); // On purpose.
        for (int i = 0; i < 10; ++i) {
          line = std::source_location::current().line() + 1;
          co_await deaf_sleep{1s};
        }
      }(line),
      "deaf");
  loop->run_one();
  deaf.request_stop();
  loop->run();
  ASSERT_EQ(found.checks(), trace{"async-uncancellable-loop"});
  EXPECT_EQ(found.list()[0].task, "deaf");
  EXPECT_NE(found.list()[0].details.find("debug_test.cpp:" + std::to_string(line) + "\n"), std::string::npos)
      << found.list()[0].details;
  EXPECT_GE(found.list()[0].number, 2000);
  EXPECT_LT(found.list()[0].number, 5000);
}

// R-DBG-9
TEST_F(monitors, a_task_in_something_unstoppable_is_not_deaf) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.deaf = 2s});
  task_handle<> ticks = spawn(loop.loop(), []() -> task<> {
    for (;;)
      co_await sleep_for(100ms);
  }());
  task_handle<> commits = spawn(loop.loop(), []() -> task<> { co_await unstoppable(sleep_for(20s)); }());
  task_handle<> in_pieces = spawn(loop.loop(), []() -> task<> {
    for (int i = 0; i < 10; ++i)
      co_await unstoppable(sleep_for(1s));
  }());
  task_handle<> in_parts = spawn(loop.loop(), []() -> task<> {
    co_await when_all(unstoppable(sleep_for(20s)), []() -> task<> { co_await unstoppable(sleep_for(10s)); }());
  }());
  loop->run_one();
  loop.run([](auto &...stopped) -> task<> {
    co_await sleep_for(1s);
    (stopped.request_stop(), ...);
    ((void)co_await as_result(stopped), ...);
  }(commits, in_pieces, in_parts));
  ticks.request_stop();
  loop->run();
  EXPECT_EQ(found.checks(), trace());
}

// R-DBG-9
TEST_F(monitors, a_task_that_hears_and_cleans_up_or_joins_is_not_deaf) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.deaf = 2s});
  task_handle<> cleans = spawn(loop.loop(), []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep_for(1h); }, []() -> task<> { co_await sleep_for(1min); });
  }());
  task_handle<> joins = spawn(loop.loop(), [](task_handle<> &other) -> task<> { co_await other; }(cleans));
  task_handle<> quick = spawn(loop.loop(), []() -> task<> { co_await unstoppable(sleep_for(1s)); }());
  for (int i = 0; i < 3; ++i)
    loop->run_one();
  for (task_handle<> *h : {&joins, &quick})
    h->request_stop();
  loop->run();
  EXPECT_EQ(found.checks(), trace());
}

// R-DBG-10
TEST_F(monitors, a_deadlock_is_reported_with_the_await_graph) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  async_event never;
  EXPECT_THROW(loop.run([](async_event &never) -> task<> { co_await never.wait(); }(never)), deadlock_error);
  ASSERT_EQ(found.checks(), trace{"async-deadlock"});
  EXPECT_NE(found.list()[0].details.find(" awaits at " + std::string(here.file_name())), std::string::npos)
      << found.list()[0].details;
}

// R-DBG-10
TEST_F(monitors, tasks_that_wait_for_something_are_no_deadlock) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  async_event soon;
  loop->schedule_after(1s, [&] { soon.set(); });
  loop.run([](async_event &soon) -> task<> { co_await soon.wait(); }(soon));
  EXPECT_EQ(found.checks(), trace());
}

// R-DBG-11
TEST_F(monitors, spinning_is_reported_once) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.spin = 2ms});
  task_handle<> spins = spawn(
      loop.loop(),
      [](testing::manual_clock &clock) -> task<> {
        for (int i = 0; i < 50'000; ++i)
          co_await (clock.advance(100ns), yield());
      }(loop.clock()),
      "spins");
  loop->run();
  ASSERT_EQ(found.checks(), trace{"async-busy-wait"});
  EXPECT_EQ(found.list()[0].task, "spins");
}

// R-DBG-11
TEST_F(monitors, yielding_between_other_things_is_no_spinning) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.spin = 20ms});
  loop.run([](testing::manual_clock &clock) -> task<> {
    for (int i = 0; i < 50'000; ++i) // Works, in small pieces.
      co_await (clock.advance(1us), yield());
    channel<int> values;
    for (int i = 0; i < 10'000; ++i) { // Does something else now and then.
      co_await values.push(i);
      co_await yield();
      co_await values.pop();
      if (i % 100 == 0)
        co_await sleep_for(1ms);
    }
  }(loop.clock()));
  EXPECT_EQ(found.checks(), trace());
}

// R-DBG-12
TEST_F(monitors, very_many_tasks_are_reported_when_they_have_doubled) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.many_tasks = 100});
  loop.run([](event_loop &loop) -> task<> {
    for (int i = 0; i < 300; ++i)
      spawn(loop, []() -> task<> { co_await sleep_for(1s); }(), "sleeper").detach();
    co_await sleep_for(2s);
    for (int i = 0; i < 99; ++i)
      spawn(loop, []() -> task<> { co_await sleep_for(1s); }(), "sleeper").detach();
    co_await sleep_for(2s);
  }(loop.loop()));
  ASSERT_EQ(found.checks(), (trace{"async-unbounded-spawn", "async-unbounded-spawn"}));
  EXPECT_EQ(found.list()[0].task, "sleeper");
  EXPECT_EQ(found.list()[0].number, 101);
  EXPECT_EQ(found.list()[1].number, 203);
  EXPECT_EQ(monitor.tasks(), 0u);
  EXPECT_EQ(monitor.most_tasks(), 301u);
}

// R-DBG-18
TEST_F(monitors, a_queue_that_grows_is_reported_when_it_has_doubled) {
  struct program {
    static task<> produces(channel<int> &values) {
      for (int i = 0; i < 300; ++i)
        co_await values.push(i);
    }
  };
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.many_values = 100});
  channel<int> values;
  spawn(loop.loop(), program::produces(values), "producer").detach();
  loop->run();
  ASSERT_EQ(found.checks(), (trace{"async-unbounded-queue", "async-unbounded-queue"}));
  EXPECT_EQ(found.list()[0].task, "producer");
  EXPECT_EQ(found.list()[0].number, 129);
  EXPECT_EQ(found.list()[1].number, 257);
  const std::vector<std::string> stack = found.list()[0].stack;
  EXPECT_TRUE(std::any_of(stack.begin(), stack.end(), [](const std::string &s) {
    return s.find("produces(") != s.npos;
  })) << ::testing::PrintToString(stack);
}

// R-DBG-18
TEST_F(monitors, queues_that_have_a_bound_or_are_emptied_are_not_reported) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.many_values = 100});
  loop.run([]() -> task<> {
    channel<int> bounded(500), emptied;
    for (int i = 0; i < 300; ++i) {
      co_await bounded.push(i);
      co_await emptied.push(i);
      if (i >= 50)
        co_await emptied.pop();
    }
  }());
  EXPECT_EQ(found.checks(), trace());
}

namespace {
/// Starts a task inside of await_suspend(), as one should not.
struct starts_inside {
  task<> t;
  result<void> ended = {};
  static bool await_ready() { return false; }
  template <class P> void await_suspend(std::coroutine_handle<P> h) {
    const auto child = t.release();
    child.promise().start_for(h.promise(), h, ended);
    child.resume();
  }
  static void await_resume() {}
};

struct frames {
  template <std::size_t Size> static task<> holds() {
    volatile char bytes[Size];
    bytes[0] = 1;
    co_await yield();
    EXPECT_EQ(bytes[0], 1);
  }
  static task<> resumes_inside(int n) {
    if (n != 0)
      co_await starts_inside{resumes_inside(n - 1)};
  }
  static task<> transfers(int n) {
    if (n != 0)
      co_await transfers(n - 1);
  }
  static async_generator<int> numbers() {
    for (int i = 0;; ++i) {
      co_await yield();
      co_yield i;
    }
  }
};
} // namespace

// R-DBG-19
TEST_F(monitors, a_large_frame_is_reported_once) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.frames = true});
  for (int i = 0; i < 2; ++i)
    loop.run([]() -> task<> { co_await frames::holds<20'000>(); }());
  ASSERT_EQ(found.checks(), trace{"async-large-frame"});
  EXPECT_NE(found.list()[0].coroutine.find("holds()"), std::string::npos) << found.list()[0].coroutine;
  EXPECT_GE(found.list()[0].number, 20'000);
  EXPECT_LT(found.list()[0].number, 21'000);
}

// R-DBG-20
TEST_F(monitors, coroutines_that_resume_inside_of_each_other_are_reported_once) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.frames = true, .deep_stack = 16 * 1024});
  for (int i = 0; i < 2; ++i)
    loop.run([]() -> task<> { co_await frames::resumes_inside(500); }());
  ASSERT_EQ(found.checks(), trace{"async-resume-in-await-suspend"});
  const all_findings::seen f = found.list()[0];
  EXPECT_NE(f.coroutine.find("resumes_inside("), std::string::npos) << f.coroutine;
  EXPECT_GE(f.number, 16);
  EXPECT_GE(std::count_if(f.stack.begin(), f.stack.end(),
                          [](const std::string &s) { return s.find("resumes_inside(") != s.npos; }),
            10)
      << ::testing::PrintToString(f.stack);
}

// R-DBG-21
TEST_F(monitors, a_coroutine_that_is_left_when_its_loop_closes_is_reported_once) {
  std::unique_ptr<async_generator<int>> left;
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.frames = true});
  loop.run([](auto &left) -> task<> {
    left = std::make_unique<async_generator<int>>(frames::numbers());
    EXPECT_EQ(co_await left->next(), 0);
  }(left));
  EXPECT_EQ(found.checks(), trace());
  loop->close();
  loop->close();
  ASSERT_EQ(found.checks(), trace{"async-detached-task"});
  EXPECT_NE(found.list()[0].coroutine.find("numbers()"), std::string::npos) << found.list()[0].coroutine;
  EXPECT_NE(found.list()[0].details.find("  it awaits at " + std::string(here.file_name())), std::string::npos)
      << found.list()[0].details;
  EXPECT_NE(found.list()[0].at, 0u);
}

// R-DBG-19, R-DBG-20, R-DBG-21
TEST_F(monitors, frames_that_are_small_and_end_are_not_reported) {
  test_loop loop;
  debug::monitor monitor(loop.loop(), {.frames = true});
  task<> not_begun = frames::transfers(1);
  loop.run([]() -> task<> {
    co_await frames::holds<10'000>();
    co_await frames::transfers(10'000);
    co_await when_all(frames::transfers(10), with_timeout(frames::resumes_inside(3), 1s));
    auto numbers = frames::numbers();
    EXPECT_EQ(co_await numbers.next(), 0);
    spawn([]() -> task<> { co_await sleep_for(1h); }()).detach();
  }());
  loop->close();
  EXPECT_EQ(found.checks(), trace());
  not_begun.release().destroy();
}

// R-DBG-13
TEST_F(monitors, lag_is_the_time_between_looks_at_the_outside) {
  test_loop loop;
  debug::monitor monitor(loop.loop());
  loop.run([](testing::manual_clock &clock) -> task<> {
    co_await sleep_for(1h); // Waiting is no lag.
    clock.advance(150ms);
    co_await sleep_for(1h);
    for (int i = 0; i < 3; ++i) {
      clock.advance(1ms);
      co_await sleep_for(1ms);
    }
  }(loop.clock()));
  EXPECT_EQ(monitor.lag().longest(), 150'000'000);
  EXPECT_EQ(monitor.lag().sum(), 153'000'000);
  const std::string page = monitor.metrics();
  const std::string count = std::to_string(monitor.lag().count());
  EXPECT_NE(page.find("# TYPE event_loop_lag_seconds histogram\n"), std::string::npos) << page;
  EXPECT_NE(page.find("event_loop_lag_seconds_bucket{le=\"0.2\"} " + count + "\n"), std::string::npos) << page;
  EXPECT_NE(page.find("event_loop_lag_seconds_sum 0.153000000\nevent_loop_lag_seconds_count " + count + "\n"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("\nevent_loop_tasks 0\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\nevent_loop_tasks_started_total 1\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\nevent_loop_stalls_total 0\n"), std::string::npos) << page;
}

// R-DBG-14
TEST_F(monitors, steps_are_counted_by_coroutine) {
  test_loop loop;
  debug::monitor with(loop.loop(), {.steps = true});
  struct both {
    static task<> slow() {
      for (int i = 0; i < 3; ++i) {
        co_await yield();
        block_for(20ms);
      }
    }
    static task<> fast() {
      for (int i = 0; i < 10; ++i)
        co_await yield();
    }
  };
  spawn(loop.loop(), both::fast()).detach();
  spawn(loop.loop(), both::slow()).detach();
  loop->run();
  const std::string slowest = with.slowest_steps();
  EXPECT_LT(slowest.find("slow()"), slowest.find("fast()")) << slowest;
  EXPECT_NE(slowest.find(" ms in 4 steps, longest "), std::string::npos) << slowest;
  EXPECT_NE(slowest.find(" ms in 11 steps, longest "), std::string::npos) << slowest;
  const std::string slowest_one = with.slowest_steps(1);
  EXPECT_EQ(std::count(slowest_one.begin(), slowest_one.end(), '\n'), 1);
  EXPECT_NE(with.metrics().find("event_loop_step_seconds_count 15\n"), std::string::npos) << with.metrics();
  debug::monitor without(loop.loop());
  EXPECT_EQ(without.slowest_steps(), "");
}

// R-DBG-15
TEST_F(monitors, loops_attach_one_when_they_are_asked_to) {
  event_loop plain(loop_options{.debug = false});
  if (!std::getenv("ASYNCRT_DEBUG"))
    EXPECT_EQ(plain.monitor(), nullptr);
  event_loop watched(loop_options{.debug = true});
  ASSERT_NE(watched.monitor(), nullptr);
  watched.run_until([]() -> task<> { co_await yield(); }());
  EXPECT_EQ(watched.monitor()->most_tasks(), 1u);
  EXPECT_EQ(found.checks(), trace());
}

// R-DBG-16
TEST_F(monitors, a_signal_shows_the_await_graph_of_a_program_that_hangs) {
  debug::write_graphs_on(SIGUSR2);
  const int saved = ::dup(STDERR_FILENO);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    event_loop loop;
    debug::monitor monitor(loop, {.stall = 10s});
    const auto hang = [](const int (&ends)[2]) -> task<> {
      ::dup2(ends[1], STDERR_FILENO);
      ::kill(::getpid(), SIGUSR2);
      block_until([&] { // The graph is written at once, by this thread.
        pollfd written{ends[0], POLLIN, 0};
        return ::poll(&written, 1, 0) == 1;
      });
      co_await yield();
    };
    spawn(loop, []() -> task<> { co_await sleep_for(400ms); }(), "sleeps").detach();
    spawn(loop, hang(ends), "hangs").detach();
    loop.run();
  }
  ::dup2(saved, STDERR_FILENO);
  ::close(ends[1]);
  ::close(saved);
  std::string text(10'000, '\0');
  text.resize(std::max<::ssize_t>(0, ::read(ends[0], text.data(), text.size())));
  ::close(ends[0]);
  ::signal(SIGUSR2, SIG_DFL);
  EXPECT_NE(text.find("task \"sleeps\"\n  "), std::string::npos) << text;
  EXPECT_NE(text.find("task \"hangs\"\n  runs now\n"), std::string::npos) << text;
}

namespace {
/// Sends SIGUSR2 every few milliseconds while it lives, and counts the lines of the graphs that begin with \p counted.
class graph_signals {
public:
  explicit graph_signals(const char *counted) : counted_(counted), saved_(::dup(STDERR_FILENO)) {
    debug::write_graphs_on(SIGUSR2);
    if (::pipe(ends_) != 0)
      std::abort();
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
    sender_ = std::thread([this] {
      while (!ending_) {
        ::kill(::getpid(), SIGUSR2);
        std::this_thread::sleep_for(2ms);
      }
    });
    reader_ = std::thread([this] {
      std::string text;
      char part[4096];
      for (::ssize_t size; (size = ::read(ends_[0], part, sizeof part)) > 0;) {
        text.append(part, static_cast<std::size_t>(size));
        for (std::size_t end; (end = text.find('\n')) != text.npos; text.erase(0, end + 1))
          seen_ += text.rfind(counted_, 0) == 0;
      }
    });
  }
  ~graph_signals() {
    ending_ = true;
    sender_.join();
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    reader_.join();
    ::close(ends_[0]);
    ::signal(SIGUSR2, SIG_DFL);
  }
  unsigned seen() const { return seen_; }

private:
  const std::string counted_;
  int saved_, ends_[2];
  std::atomic<bool> ending_ = false;
  std::atomic<unsigned> seen_ = 0;
  std::thread sender_, reader_;
};

struct busy {
  static task<int> tree(int depth, bool yields) {
    if (depth == 0) {
      if (yields)
        co_await yield();
      co_return 1;
    }
    auto [a, b] = co_await when_all(with_timeout(tree(depth - 1, yields), 1h), tree(depth - 1, yields));
    co_return a + b;
  }
  /// Until \p signals have shown \p graphs of them, and at least once.
  static task<> trees(graph_signals &signals, unsigned graphs, bool yields) {
    const auto end = std::chrono::steady_clock::now() + 1min;
    do {
      if (yields) {
        task_handle<int> other = spawn(tree(3, true), "other");
        co_await when_any(tree(3, true), tree(2, true));
        EXPECT_EQ(co_await other, 8);
      } else {
        EXPECT_EQ(co_await tree(5, false), 32);
      }
    } while (signals.seen() < graphs && std::chrono::steady_clock::now() < end);
  }
};
} // namespace

// R-DBG-16
TEST_F(monitors, signals_for_graphs_do_no_harm_to_a_loop_that_works) {
  event_loop loop;
  debug::monitor monitor(loop, {.stall = 4ms, .stalls_per_minute = 0});
  graph_signals signals("task \"busy\"");
  spawn(loop, busy::trees(signals, 200, true), "busy").detach();
  loop.run();
  EXPECT_GE(signals.seen(), 200u);
}

// R-DBG-16
TEST_F(monitors, signals_for_graphs_do_no_harm_to_a_step_that_does_not_end) {
  event_loop loop;
  debug::monitor monitor(loop, {.stall = 4ms, .stalls_per_minute = 0});
  graph_signals signals("task \"busy\"");
  spawn(loop, busy::trees(signals, 200, false), "busy").detach();
  loop.run();
  EXPECT_GE(signals.seen(), 200u);
}

// R-DBG-16
TEST_F(monitors, a_signal_shows_the_await_graph_of_a_loop_that_waits) {
  event_loop loop;
  debug::monitor monitor(loop, {.stall = 10s});
  async_event over;
  const auto waits = [](async_event &over) -> task<> { co_await over.wait(); };
  spawn(loop, waits(over), "waits").detach();
  graph_signals signals("task \"waits\"");
  std::thread ends([&] {
    block_until([&] { return signals.seen() != 0; });
    loop.post_from_any_thread([&] { over.set(); });
  });
  loop.external_work_started();
  loop.run_until([](async_event &over) -> task<> { co_await over.wait(); }(over));
  loop.external_work_finished();
  ends.join();
  EXPECT_NE(signals.seen(), 0u);
}

// R-DBG-16
TEST_F(await_graphs, signals_find_no_coroutine_while_it_is_destroyed) {
  // A destructor in a coroutine that goes sees the ring as a signal handler would.
  static std::string graph;
  struct looks {
    event_loop &loop;
    ~looks() { graph = debug::await_graph(loop); }
  };
  const auto forever = [](event_loop &loop, async_event &never) -> task<> {
    const looks here{loop};
    co_await unstoppable(never.wait());
  };
  const findings found;
  async_event never;
  test_loop loop;
  spawn(loop.loop(), forever(loop.loop(), never), "goes").detach();
  loop.run([]() -> task<> { co_await sleep_for(1s); }());
  EXPECT_EQ(loop->close(), 1u);
  EXPECT_NE(graph.find("task \"goes\", asked to stop\n  is being destroyed\n"), std::string::npos) << graph;
}

} // namespace asyncrt::test
