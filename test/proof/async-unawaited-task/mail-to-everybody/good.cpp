// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A recall: everybody who bought the kettle is told to stop using it.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// Stands for the mail server, and counts what leaves it.
class mail_server {
public:
  task<> send(std::string to, std::string text) {
    co_await sleep_for(10ms);
    std::printf("mail to %s: %s\n", to.c_str(), text.c_str());
    ++sent_;
  }
  int sent() const { return sent_; }

private:
  int sent_ = 0;
};

task<std::vector<std::string>> find_buyers() {
  co_await sleep_for(30ms);
  co_return {"ada@example.org", "grace@example.org", "edsger@example.org"};
}

task<int> recall(mail_server &mail) {
  const std::vector<std::string> buyers = co_await find_buyers();
  for (const std::string &buyer : buyers)
    co_await mail.send(buyer, "please unplug your kettle");
  co_return static_cast<int>(buyers.size());
}

} // namespace

int main() {
  mail_server mail;
  testing::test_loop loop;
  const int warned = loop.run(recall(mail));
  std::printf("%d buyers warned, %d mails sent\n", warned, mail.sent());
}
