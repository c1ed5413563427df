// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A shop that takes an order when there is enough in stock.
#include "inventory.hpp"

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<> place_order(inventory &stock, std::string article, int pieces) {
  co_await sleep_for(1ms); // The order is read.
  // It reads like a question to a container. Two calls down, in another source file, a loop is run.
  const bool available = stock.has(article, pieces);
  std::printf("%s: %s\n", article.c_str(), available ? "ordered" : "sold out");
}

task<> serve(inventory &stock) { co_await when_all(place_order(stock, "lamp", 2), place_order(stock, "desk", 1)); }

} // namespace

int main() {
  inventory stock(3);
  std::printf("%d lamps\n", stock.count("lamp")); // No loop runs yet.
  run(serve(stock));
}
