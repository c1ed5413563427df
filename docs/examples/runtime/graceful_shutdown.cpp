// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A server that shuts down without dropping anything: at SIGINT it takes no more clients, lets idle ones go, answers
/// the requests that it has begun, for at most two seconds, and then ends. A second SIGINT ends it at once.
#include <asyncrt/asyncrt.hpp>

#include <csignal>
#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

void say(const std::string &text) {
  std::puts(text.c_str());
  std::fflush(stdout);
}

/// One request. It takes a while.
task<> answer(tcp_stream &client, std::string request) {
  say("begun: " + request);
  co_await sleep_for(300ms);
  co_await client.write_all("done: " + request + "\n");
  say("done: " + request);
}

/// One client: a request per line.
task<> attend(tcp_stream client) {
  try {
    buffered_reader requests(client);
    // A stop is heard here, between requests, and not in answer(), which has its own end.
    while (std::optional<std::string> request = co_await requests.read_line())
      co_await unstoppable(with_timeout(answer(client, std::move(*request)), 2s));
  } catch (const std::exception &e) {
    say(std::string("client: ") + e.what());
  }
}

task<> accept_all(tcp_listener listener, task_group &clients) {
  for (;;)
    clients.spawn(attend(co_await listener.accept())).detach();
}

task<> serve() {
  signal_set signals({SIGINT, SIGTERM});
  tcp_listener listener = tcp_listener::bind(endpoint::loopback());
  say("listening on " + listener.local().to_string());
  co_await with_task_group([&](task_group &clients) -> task<> {
    clients.spawn(accept_all(std::move(listener), clients)).detach();
    const signal_info came = co_await signals.wait();
    say("signal " + std::to_string(came.number) + ": shutting down");
    // From here on a signal has its usual meaning.
    signals.release();
    clients.request_stop();
  });
  say("all clients have their answers");
}

} // namespace

int main() { run(serve()); }
