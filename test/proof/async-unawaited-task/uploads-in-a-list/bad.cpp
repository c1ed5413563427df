// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A nightly backup uploads all files side by side, and then deletes those that it has uploaded.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <set>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

using files = std::set<std::string>;

task<> upload(std::string file, files &cloud) {
  co_await sleep_for(1s);
  cloud.insert(std::move(file));
}

task<> back_up(files &disk, files &cloud) {
  std::vector<task<>> uploads;
  for (const std::string &file : disk)
    uploads.push_back(upload(file, cloud));
  // All of them are made, and none of them is ever run.
  disk.clear();
  std::puts("the backup is complete");
  co_return;
}

} // namespace

int main() {
  files disk = {"invoices.db", "letters.tar", "photos.tar"};
  files cloud;
  testing::test_loop loop;
  loop.run(back_up(disk, cloud));
  std::printf("%zu files on the disk, %zu in the cloud\n", disk.size(), cloud.size());
}
