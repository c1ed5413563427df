// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A house lights the lamps of a room.
#include "lamp_kept.hpp"

#include <asyncrt/testing/test_loop.hpp>

int main() {
  asyncrt::testing::test_loop loop;
  loop.run(light_room(4));
}
