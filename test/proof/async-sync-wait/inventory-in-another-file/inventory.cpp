// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The face of the inventory for those who cannot await. Whoever includes inventory.hpp does not see how it is done.
#include "inventory.hpp"

#include <asyncrt/asyncrt.hpp>

using namespace asyncrt;
using namespace std::chrono_literals;

task<int> inventory::ask(std::string article) {
  co_await sleep_for(1ms); // The warehouse is asked.
  co_return article == "lamp" ? lamps_ : 0;
}

int inventory::count(const std::string &article) { return run(ask(article)); }

bool inventory::has(const std::string &article, int pieces) { return count(article) >= pieces; }
