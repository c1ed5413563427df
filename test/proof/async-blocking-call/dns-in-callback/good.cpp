// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Sends the number of requests to a collector of metrics, whose name is looked up again from time to time.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class metrics {
public:
  metrics(event_loop &loop, std::string host) : loop_(loop), host_(std::move(host)) {}

  /// Looks the collector up in a while, and then again and again: it may have moved.
  void look_up_later() {
    loop_.schedule_after(5ms, [this] { spawn(loop_, look_up()).detach(); });
  }

  task<> send(unsigned requests) {
    udp_socket socket = udp_socket::bind(endpoint::loopback());
    co_await socket.send_to("requests:" + std::to_string(requests), collector_);
  }

  unsigned times_found() const { return found_; }

private:
  task<> look_up() {
    try {
      collector_ = (co_await resolve(host_, 8125)).front(); // On another thread.
      ++found_;
    } catch (const std::system_error &e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    look_up_later();
  }

  event_loop &loop_;
  std::string host_;
  endpoint collector_ = endpoint::loopback(8125);
  unsigned found_ = 0;
};

task<> serve(metrics &to) {
  to.look_up_later();
  unsigned requests = 0;
  while (to.times_found() < 2) {
    co_await sleep_for(1ms); // A request comes in.
    ++requests;
  }
  co_await to.send(requests);
  std::puts("sent");
}

} // namespace

int main() {
  event_loop loop;
  metrics to(loop, "localhost");
  loop.run_until(serve(to));
}
