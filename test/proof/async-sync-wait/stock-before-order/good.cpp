// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A shop that takes an order when there is enough in stock.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

task<int> in_stock(std::string article) {
  co_await sleep_for(1ms); // The warehouse is asked.
  co_return article == "lamp" ? 3 : 0;
}

task<> place_order(std::string article, int pieces) {
  co_await sleep_for(1ms); // The order is read.
  const int available = co_await in_stock(article);
  std::printf("%s: %s\n", article.c_str(), available >= pieces ? "ordered" : "sold out");
}

task<> serve() { co_await when_all(place_order("lamp", 2), place_order("desk", 1)); }

} // namespace

int main() { run(serve()); }
