// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A depot prints a label for each parcel.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> print_labels(std::vector<std::string> parcels) {
  counting_scope printers;
  for (const std::string &parcel : parcels)
    printers.spawn([text = "parcel for the town of " + parcel]() -> task<> {
      co_await sleep_for(5ms); // The printer warms up.
      std::printf("%s\n", text.c_str());
    }()); // The closure dies here, and with it the text.
  co_await printers.join();
}

} // namespace

int main() {
  testing::test_loop loop;
  loop.run(print_labels({"Husum", "Niebuell"}));
}
