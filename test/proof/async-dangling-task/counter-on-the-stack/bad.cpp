// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library counts the books whose title has a word.
#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> shelf{"A history of clocks", "Clocks and time", "The sea"};

class word_counter {
public:
  explicit word_counter(std::string word) : word_(std::move(word)) {}

  task<int> count() {
    int found = 0;
    for (const std::string &title : shelf) {
      co_await sleep_for(1ms); // The way to the shelf.
      found += title.find(word_) != std::string::npos;
    }
    co_return found;
  }

private:
  std::string word_;
};

task<int> books_about(const std::string &word) {
  word_counter counter(word);
  return counter.count(); // The counter dies here, and its member function has not begun.
}

} // namespace

int main() {
  testing::test_loop loop;
  std::printf("%d books\n", loop.run(books_about("locks")));
}
