// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A hall is prepared for its guests.
#include "hall.hpp"

#include <asyncrt/testing/test_loop.hpp>

int main() {
  asyncrt::testing::test_loop loop;
  loop.run(set_tables({"Ada Lovelace", "Alan Turing"}));
}
