// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The sinks for findings, and the detectors of the loop: that each fires, and that each is silent where it should be.
#include "harness.hpp"

#include <asyncrt/debug/await_graph.hpp>
#include <asyncrt/debug/sinks.hpp>
#include <asyncrt/debug/stack.hpp>

#include <fstream>
#include <sstream>

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
TEST_F(debug_sinks, the_older_detectors_use_it) {
  debug::report_as(debug::report_format::text, path_.c_str());
  {
    [[maybe_unused]] const task<> dropped = []() -> task<> { co_return; }();
  }
  EXPECT_EQ(written().find("asyncrt: async-unawaited-task: the task was never awaited: "), 0u) << written();
}

// R-DBG-2
TEST_F(debug_sinks, json_is_one_object_per_line_with_strings_escaped) {
  debug::report_as(debug::report_format::json, path_.c_str());
  report({"async-x", "a \"word\"\n", "\x01\\ \xc3\xa4 \xff \xed\xa0\x80 \xe2\x82", here, {}, {{"n", 2}, {"m", 0.25}}});
  report({"async-y", "w", "t", here, {}, {{"n", 1 / std::numeric_limits<double>::denorm_min()}}, "d"});
  const std::string text = written();
  const std::string place =
      "\", \"file\": \"" + std::string(here.file_name()) + "\", \"line\": " + std::to_string(here.line());
  const std::string thread = ", \"thread\": " + std::to_string(::syscall(SYS_gettid)) + "}\n";
  EXPECT_EQ(text, "{\"check\": \"async-x\", \"what\": \"a \\\"word\\\"\\u000a\", \"task\": "
                  "\"\\u0001\\\\ \xc3\xa4 \\ufffd \\ufffd\\ufffd\\ufffd \\ufffd\\ufffd" +
                      place + ", \"numbers\": {\"n\": 2, \"m\": 0.25}, \"stack\": []" + thread +
                      "{\"check\": \"async-y\", \"what\": \"w\", \"task\": \"t" + place +
                      ", \"numbers\": {\"n\": null}, \"stack\": [], \"details\": \"d\"" + thread);
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
TEST_F(await_graphs, the_running_coroutine_has_only_a_name) {
  test_loop loop;
  std::string graph;
  loop.run([](event_loop &loop, std::string &graph) -> task<> {
    co_await yield();
    graph = debug::await_graph(loop);
  }(loop.loop(), graph));
  EXPECT_NE(graph.find("\"\n  runs now\n"), std::string::npos) << graph;
}

} // namespace asyncrt::test
