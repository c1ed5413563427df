// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A server that starts a new log when the old one has grown long, and compresses the old one.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// A request comes in each millisecond.
task<> answer_requests(unsigned &answered) {
  interval every(1ms);
  for (;;) {
    co_await every.tick();
    ++answered;
  }
}

task<> rotate_log(std::string compress, const unsigned &answered) {
  co_await sleep_for(2ms); // Until the last lines are written.
  const unsigned before = answered;
  // It takes as long, and the server goes on meanwhile.
  const exit_status status = co_await process::spawn({"sh", "-c", compress}).wait();
  std::printf("%s; meanwhile %s requests were answered\n", status.success() ? "compressed" : "not compressed",
              answered == before ? "no" : "many");
}

task<> serve() {
  unsigned answered = 0;
  task_handle<> requests = spawn(answer_requests(answered), "requests");
  co_await rotate_log("sleep 0.05", answered); // In place of gzip.
  requests.request_stop();
  co_await stopped_as_optional(requests);
}

} // namespace

int main() { run(serve()); }
