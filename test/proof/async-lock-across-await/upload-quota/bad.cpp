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

task<int> take_upload(std::string user, int kilobytes) {
  std::shared_lock lock(quota_mutex);
  const int taken = std::min(kilobytes, quotas[user]);
  co_await receive(taken); // Whoever changes a quota waits until this one has uploaded everything.
  co_return taken;
}

task<> uploads() {
  const int ada = co_await take_upload("ada", 30), grace = co_await take_upload("grace", 30);
  std::printf("ada %d, grace %d\n", ada, grace);
}

} // namespace

int main() { run(uploads()); }
