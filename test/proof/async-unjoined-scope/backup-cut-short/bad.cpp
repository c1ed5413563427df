// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A backup copies files, all at the same time, and stops when the disk is full.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct file {
  std::string name;
  int size;
};

task<> copy(file what, int &copied) {
  co_await sleep_for(what.size * 1ms);
  ++copied;
}

task<bool> back_up(const std::vector<file> &files, int room, int &copied) {
  counting_scope copies;
  for (const file &next : files) {
    if ((room -= next.size) < 0)
      co_return false; // What has been begun is still being copied.
    copies.spawn(copy(next, copied)).detach();
  }
  co_await copies.join();
  co_return true;
}

} // namespace

int main() {
  int copied = 0;
  testing::test_loop loop;
  const bool whole = loop.run(back_up({{"letters", 10}, {"photos", 400}, {"films", 9000}}, 1000, copied));
  std::printf("%d files are copied, which is %s\n", copied, whole ? "all" : "not all");
}
