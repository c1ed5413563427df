// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A mail server that looks up where a letter goes.
#include "blocking.hpp"

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<std::string> mailbox_of(std::string name) {
  co_await sleep_for(1ms); // The directory is asked.
  co_return "/mail/" + name;
}

/// Of a tool on the command line, which has no loop.
void print_mailbox(const char *name) { std::puts(block_on(mailbox_of(name)).c_str()); }

task<> deliver(std::vector<std::string> names) {
  for (const std::string &name : names) {
    co_await sleep_for(1ms); // The letter arrives.
    // The helper of the tool next door.
    const std::string mailbox = block_on(mailbox_of(name));
    std::printf("delivered to %s\n", mailbox.c_str());
  }
}

} // namespace

int main() {
  print_mailbox("root");
  run(deliver({"anna", "ben"}));
}
