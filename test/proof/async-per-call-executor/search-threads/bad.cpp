// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A search engine: each query looks through all parts of an index at the same time.
#include <asyncrt/asyncrt.hpp>

#include <atomic>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

std::size_t occurrences(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

class search_index {
public:
  explicit search_index(std::vector<std::string> parts) : parts_(std::move(parts)) {}

  task<std::size_t> search(std::string word) {
    co_await sleep_for(1ms); // Whether this user may search at all.
    event_loop &loop = *event_loop::current();
    std::atomic<std::size_t> found = 0, left = parts_.size();
    promise<> all_done;
    loop.external_work_started();
    // Starting a thread takes longer than looking through a part. With a hundred queries at once, there are hundreds.
    std::vector<std::thread> threads;
    for (const std::string &part : parts_)
      threads.emplace_back([&] {
        found += occurrences(part, word);
        if (--left == 0)
          loop.post_from_any_thread([&] {
            all_done.set_value();
            loop.external_work_finished();
          });
      });
    // Not join(): that would block the loop.
    for (std::thread &t : threads)
      t.detach();
    co_await unstoppable(all_done.get_future());
    co_return found;
  }

private:
  std::vector<std::string> parts_;
};

task<> answer(search_index &i, std::string word) {
  const std::size_t found = co_await i.search(word);
  std::printf("%s: %zu\n", word.c_str(), found);
}

task<> serve(search_index &i) {
  for (const char *word : {"coroutine", "thread"})
    co_await answer(i, word);
}

} // namespace

int main() {
  search_index i(
      {"a coroutine is no thread", "a thread is no coroutine", "and a loop has one thread", "for each coroutine"});
  run(serve(i));
}
