// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A chat server whose sessions keep to limits that an operator may change while it runs.
#include "settings.hpp"

#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// One client, which sends a message every half a minute.
task<> session(settings &config, unsigned messages) {
  while (messages-- != 0) {
    co_await sleep_for(30s);
    if (config.old())
      config.set(parse(co_await read_file(config.path()))); // On another thread.
    const limits now = config.known();
    std::printf("%u requests a minute, messages of %u bytes\n", now.requests_per_minute, now.longest_message);
  }
}

task<> serve(settings &config) { co_await when_all(session(config, 3), session(config, 3)); }

void write_limits(const std::string &path, const char *text) {
  std::ofstream out(path);
  out << text;
}

} // namespace

int main() {
  std::string path = "/tmp/limits-XXXXXX";
  const int file = ::mkstemp(path.data());
  if (file < 0)
    return 1;
  ::close(file);
  write_limits(path, "requests_per_minute 60 longest_message 4096\n");
  settings config(path);
  write_limits(path, "requests_per_minute 30 longest_message 1024\n");

  testing::test_loop loop; // A minute passes at once.
  loop.run(serve(config));
  ::unlink(path.c_str());
}
