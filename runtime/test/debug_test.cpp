// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The sinks for findings, and the detectors of the loop: that each fires, and that each is silent where it should be.
#include "harness.hpp"

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

} // namespace asyncrt::test
