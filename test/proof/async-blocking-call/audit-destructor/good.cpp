// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A bank: transfers between accounts, each of which leaves a line in an audit file.
#include "audit.hpp"

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class bank {
public:
  explicit bank(int audit_file) : audit_file_(audit_file) {}

  task<> transfer(std::string from, std::string to, int amount) {
    async_audit_entry audit(audit_file_, from + " to " + to);
    co_await sleep_for(1ms); // The other bank agrees.
    if (accounts_[from] >= amount) {
      accounts_[from] -= amount;
      accounts_[to] += amount;
      audit.add(": done");
    } else {
      audit.add(": refused");
    }
    co_await audit.commit();
  }

  int balance(const std::string &account) { return accounts_[account]; }

private:
  int audit_file_;
  std::map<std::string, int> accounts_ = {{"alice", 100}, {"bob", 20}};
};

task<> day(bank &b) {
  co_await when_all(b.transfer("alice", "bob", 70), b.transfer("bob", "carol", 80), b.transfer("carol", "alice", 500));
  for (const char *account : {"alice", "bob", "carol"})
    std::printf("%s: %d\n", account, b.balance(account));
}

} // namespace

int main() {
  char path[] = "/tmp/audit-XXXXXX";
  const int file = ::mkstemp(path);
  if (file < 0)
    return 1;
  ::unlink(path);
  bank b(file);
  run(day(b));
  ::close(file);
}
