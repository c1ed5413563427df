// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Takes uploads, each as far as a quota allows.
#include <asyncrt/asyncrt.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <shared_mutex>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

std::shared_mutex quota_mutex; // Another thread reads quotas from a file now and then.
std::map<std::string, int> quotas{{"ada", 40}, {"grace", 10}};

task<> receive(int kilobytes) { co_await sleep_for(1ms * kilobytes); }

int quota_of(const std::string &user) {
  const std::shared_lock lock(quota_mutex);
  return quotas[user];
}

task<int> take_upload(std::string user, int kilobytes) {
  const int taken = std::min(kilobytes, quota_of(user));
  co_await receive(taken);
  co_return taken;
}

task<> uploads() {
  const int ada = co_await take_upload("ada", 30), grace = co_await take_upload("grace", 30);
  std::printf("ada %d, grace %d\n", ada, grace);
}

} // namespace

int main() { run(uploads()); }
