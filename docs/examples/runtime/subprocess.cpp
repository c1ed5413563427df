// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A conversation with another program, several at the same time, and one that takes too long.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Line by line: a question, an answer, the next question.
task<> converse() {
  process calculator = process::spawn({"sh", "-c", "while read -r a b; do echo $((a * b)); done"},
                                      {.in = stdio::pipe, .out = stdio::pipe});
  buffered_reader answers(calculator.out());
  for (const std::string question : {"6 7", "12 12", "111 1001"}) {
    co_await calculator.in().write_all(question + "\n");
    const std::optional<std::string> answer = co_await answers.read_line();
    std::printf("%s = %s\n", question.c_str(), answer.value_or("nothing").c_str());
  }
  calculator.in().close();
  const exit_status status = co_await calculator.wait();
  std::printf("calculator: %s\n", status.to_string().c_str());
}

/// All input at once, all output at once.
task<std::string> sorted(std::string lines) {
  process sort = process::spawn({"sort"}, {.in = stdio::pipe, .out = stdio::pipe});
  process_output output = co_await sort.communicate(std::move(lines));
  co_return std::move(output.out);
}

/// At most \p limit, then it is asked to end; its object would kill it otherwise.
task<exit_status> limited(std::vector<std::string> command, std::chrono::milliseconds limit) {
  process p = process::spawn(std::move(command));
  bool late = false;
  try {
    co_return co_await with_timeout(p.wait(), limit);
  } catch (const timeout_error &) {
    late = true;
  }
  if (late)
    p.terminate();
  co_return co_await p.wait();
}

task<> all() {
  co_await converse();
  const auto [numbers, words] = co_await when_all(sorted("3\n1\n2\n"), sorted("pear\napple\n"));
  std::printf("%s%s", numbers.c_str(), words.c_str());
  const exit_status status = co_await limited({"sleep", "60"}, 50ms);
  std::printf("sleep: %s\n", status.to_string().c_str());
  try {
    (void)process::spawn({"no-such-program"});
  } catch (const std::system_error &e) {
    std::printf("%s\n", e.what());
  }
}

} // namespace

int main() { run(all()); }
