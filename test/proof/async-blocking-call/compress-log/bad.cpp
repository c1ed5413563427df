// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A server that starts a new log when the old one has grown long, and compresses the old one.
#include <asyncrt/asyncrt.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Requests, of which one a millisecond comes in; tells how long the longest of them has waited.
task<> answer_requests(std::chrono::milliseconds &longest) {
  interval every(1ms);
  for (;;)
    longest = std::max(longest, std::chrono::milliseconds(1 + co_await every.tick()));
}

task<> rotate_log(std::string compress) {
  co_await sleep_for(2ms); // Until the last lines are written.
  // For a log of some gigabytes this takes minutes.
  const int status = std::system(compress.c_str());
  std::puts(status == 0 ? "compressed" : "not compressed");
}

task<> serve() {
  std::chrono::milliseconds longest = 0ms;
  task_handle<> requests = spawn(answer_requests(longest), "requests");
  co_await rotate_log("sleep 0.05"); // In place of gzip.
  co_await sleep_for(3ms);
  std::printf("a request has waited for %s\n", longest >= 40ms ? "the compressor" : "its turn");
  requests.request_stop();
  co_await stopped_as_optional(requests);
}

} // namespace

int main() { run(serve()); }
