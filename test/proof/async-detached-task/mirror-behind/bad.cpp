// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A shop keeps its stock in two places, of which one takes over when the other is lost.
#include "mirror.hpp"

#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class stock {
public:
  explicit stock(mirror &copy) : copy_(copy) {}
  void put(const std::string &item, int left) {
    items_[item] = left;
    spawn(copy_.copy(item, left), "copy").detach();
  }
  const std::map<std::string, int> &items() const { return items_; }

private:
  std::map<std::string, int> items_;
  mirror &copy_;
};

task<> deliver(stock &into) {
  into.put("kettle", 4);
  into.put("toaster", 2);
  into.put("lamp", 7);
  co_await sleep_for(1s);
}

} // namespace

int main() {
  mirror second(2);
  stock first(second);
  testing::test_loop loop;
  loop.run(deliver(first));
  for (const auto &[item, left] : first.items())
    std::printf("%s: %d here, %s there\n", item.c_str(), left, second.has(item) ? "known" : "unknown");
}
