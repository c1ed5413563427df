// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// An echo server: sends back to each client what it sends, until Ctrl-C.
///
///     echo_server [PORT] [--io-uring]      (without a port, a free one is taken)
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// One client. Its errors are its own: they end this connection and nothing else.
task<> echo(tcp_stream client, unsigned &served) {
  try {
    char buffer[4096];
    while (const std::size_t size = co_await client.read_some(buffer))
      co_await client.write_all({buffer, size});
    ++served;
  } catch (const std::system_error &e) {
    std::fprintf(stderr, "a client is gone: %s\n", e.what());
  }
}

/// The next client, or none for now: without descriptors left, a server waits for some to be closed and goes on.
task<tcp_stream> next_client(tcp_listener &listener) {
  for (;;) {
    try {
      co_return co_await listener.accept();
    } catch (const std::system_error &e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    co_await sleep_for(100ms);
  }
}

task<> serve(std::uint16_t port, unsigned &served) {
  tcp_listener listener = tcp_listener::bind(endpoint::loopback(port));
  std::printf("listening on %s\n", listener.local().to_string().c_str());
  std::fflush(stdout);
  // The group ends all connections when this coroutine is stopped, and waits until they have ended.
  co_await with_task_group([&](task_group &clients) -> task<> {
    for (;;)
      clients.spawn(echo(co_await next_client(listener), served)).detach();
  });
}

} // namespace

int main(int argc, char **argv) {
  std::uint16_t port = 0;
  loop_options options{.stop_on = {SIGINT, SIGTERM}};
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--io-uring") == 0)
      options.io = reactor_kind::io_uring;
    else
      port = static_cast<std::uint16_t>(std::atoi(argv[i]));
  unsigned served = 0;
  try {
    sync_wait(serve(port, served), std::move(options));
  } catch (const std::exception &e) {
    std::fprintf(stderr, "echo_server: %s\n", e.what());
    return 1;
  }
  std::printf("served %u clients\n", served);
}
