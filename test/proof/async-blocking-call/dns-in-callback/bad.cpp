// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Sends the number of requests to a collector of metrics, whose name is looked up again from time to time.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <netdb.h>
#include <string>
#include <utility>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class metrics {
public:
  metrics(event_loop &loop, std::string host) : loop_(loop), host_(std::move(host)) {}

  /// Looks the collector up in a while, and then again and again: it may have moved.
  void look_up_later() {
    loop_.schedule_after(5ms, [this] {
      addrinfo *found = nullptr;
      // A timer is no thread: it runs on the loop. A name server that is down holds it for ten seconds and more.
      if (::getaddrinfo(host_.c_str(), "8125", nullptr, &found) == 0) {
        collector_ = endpoint::from(found->ai_addr, found->ai_addrlen);
        ::freeaddrinfo(found);
        ++found_;
      }
      look_up_later();
    });
  }

  task<> send(unsigned requests) {
    udp_socket socket = udp_socket::bind(endpoint::loopback());
    co_await socket.send_to("requests:" + std::to_string(requests), collector_);
  }

  unsigned times_found() const { return found_; }

private:
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
