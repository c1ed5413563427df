// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An async generator makes values when they are asked for; a channel takes them to somebody else.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Pages of a listing, fetched one after the other, and only those that are wanted.
async_generator<std::string> pages(int last) {
  for (int page = 1; page <= last; ++page) {
    co_await sleep_for(1ms); // In place of a network.
    std::printf("fetched page %d\n", page);
    co_yield "page " + std::to_string(page);
  }
}

task<> feed(async_generator<std::string> source, channel<std::string> &out) {
  co_await for_each(std::move(source), [&out](std::string page) { return out.push(std::move(page)); });
  out.close();
}

task<> print(channel<std::string> &in) {
  while (const std::optional<std::string> page = co_await in.pop())
    std::printf("got %s\n", page->c_str());
}

task<> program() {
  channel<std::string> between(0); // Hand to hand: the next page is fetched when this one was taken.
  co_await when_all(feed(pages(3), between), print(between));
}

} // namespace

int main() { run(program()); }

// PRINTS: fetched page 1
// PRINTS-NEXT: got page 1
// PRINTS-NEXT: fetched page 2
// PRINTS-NEXT: got page 2
// PRINTS-NEXT: fetched page 3
// PRINTS-NEXT: got page 3
// PRINTS-NOT: {{.}}
