// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ask everybody, take what comes in time, and stop the slow ones.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<std::string> ask(std::string name, std::chrono::milliseconds takes) {
  try {
    co_await sleep_for(takes); // In place of a network.
  } catch (const operation_stopped &) {
    std::printf("%s: stopped\n", name.c_str());
    throw;
  }
  co_return name + ": 42";
}

task<> program() {
  // Each has the same time; no answer is an empty optional, and the others do not care.
  std::vector<task<std::optional<std::string>>> questions;
  const auto in_time = [](task<std::string> question) -> task<std::optional<std::string>> {
    try {
      co_return co_await with_timeout(std::move(question), 200ms);
    } catch (const timeout_error &) {
      co_return std::nullopt;
    }
  };
  questions.push_back(in_time(ask("quick", 1ms)));
  questions.push_back(in_time(ask("slow", 1h)));
  questions.push_back(in_time(ask("good enough", 10ms)));
  for (const std::optional<std::string> &answer : co_await when_all(std::move(questions)))
    std::printf("%s\n", answer ? answer->c_str() : "no answer");

  // Or: the first answer is enough, and the rest has ended when it is there.
  const auto first = co_await when_any(ask("mirror A", 1h), ask("mirror B", 1ms));
  std::printf("the first: %s\n", std::get<1>(first.value).c_str());
}

} // namespace

int main() { run(program()); }

// PRINTS: slow: stopped
// PRINTS-NEXT: quick: 42
// PRINTS-NEXT: no answer
// PRINTS-NEXT: good enough: 42
// PRINTS-NEXT: mirror A: stopped
// PRINTS-NEXT: the first: mirror B: 42
// PRINTS-NOT: {{.}}
