// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sends a newsletter. Addresses that cannot be reached are struck off the list.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <set>
#include <stdexcept>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> deliver(std::string address) {
  co_await sleep_for(2s);
  if (address == "nobody@example.org")
    throw std::runtime_error("no such mailbox");
  std::printf("delivered to %s\n", address.c_str());
}

task<> send_newsletter(std::set<std::string> &subscribers) {
  std::set<std::string> bounced;
  for (const std::string &address : subscribers) {
    try {
      co_await deliver(address);
    } catch (const std::exception &) {
      bounced.insert(address);
    }
  }
  for (const std::string &address : bounced) {
    std::printf("struck off: %s\n", address.c_str());
    subscribers.erase(address);
  }
}

task<> server(std::set<std::string> &subscribers) {
  task_handle<> newsletter = spawn(send_newsletter(subscribers), "newsletter");
  co_await sleep_for(3s);
  std::puts("the server is restarted");
  newsletter.request_stop();
  co_await stopped_as_optional(newsletter);
}

} // namespace

int main() {
  std::set<std::string> subscribers = {"ada@example.org",   "barbara@example.org", "edsger@example.org",
                                       "grace@example.org", "nobody@example.org",  "tony@example.org"};
  testing::test_loop loop;
  loop.run(server(subscribers));
  std::printf("subscribers left: %zu\n", subscribers.size());
}
