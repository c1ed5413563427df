// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A game that players join while it goes on.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class game {
public:
  game() : points_(1) {}

  task<> join(int players) {
    for (int i = 0; i != players; ++i) {
      co_await sleep_for(1ms);
      points_.push_back(0);
    }
  }

  task<> turn(std::size_t player) {
    const int thrown = co_await dice();
    points_.at(player) += thrown;
  }

  int points(std::size_t player) const { return points_.at(player); }

private:
  static task<int> dice() {
    co_await sleep_for(5ms);
    co_return 6;
  }

  std::vector<int> points_;
};

task<> play(game &g) {
  co_await when_all(g.turn(0), g.join(3));
  std::printf("%d points\n", g.points(0));
}

} // namespace

int main() {
  game g;
  run(play(g));
}
