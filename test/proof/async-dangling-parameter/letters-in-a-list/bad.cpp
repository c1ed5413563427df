// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A club writes to all of its members at once.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> send(std::string_view letter) {
  co_await sleep_for(3ms); // The way to the post office.
  for (const char c : letter)
    std::putchar(c);
}

task<> invite(const std::vector<std::string> &members) {
  std::vector<task<>> letters;
  for (const std::string &member : members) {
    const std::string letter = "dear " + member + ", please come to our meeting";
    letters.push_back(send(letter)); // The letter dies with this round of the loop.
  }
  for (task<> &each : letters)
    co_await std::move(each);
}

} // namespace

int main() {
  const std::vector<std::string> members{"Ada", "Grace"};
  testing::test_loop loop;
  loop.run(invite(members));
}
