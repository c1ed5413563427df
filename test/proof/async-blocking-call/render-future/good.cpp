// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Previews of a document: some pages are drawn by a library, others are in a cache.
#include "renderer.hpp"

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class previews {
public:
  explicit previews(renderer &r) : renderer_(r) {}

  /// A page that nobody has asked for before.
  task<std::string> fresh(std::string page) {
    co_await sleep_for(1ms); // The text of the page comes from a database.
    event_loop &loop = *event_loop::current();
    promise<std::string> drawn;
    loop.external_work_started();
    renderer_.draw(page, [&](std::string picture) { // On the thread of the renderer.
      loop.post_from_any_thread([&, picture = std::move(picture)]() mutable {
        drawn.set_value(std::move(picture));
        loop.external_work_finished();
      });
    });
    co_return co_await unstoppable(drawn.get_future());
  }

  task<std::string> cached(std::string page) {
    co_await sleep_for(2ms);
    co_return "picture of " + page;
  }

private:
  renderer &renderer_;
};

task<> show(task<std::string> preview, std::vector<std::string> &shown) {
  shown.push_back(co_await std::move(preview));
}

task<> browse(previews &p) {
  std::vector<std::string> shown;
  co_await when_all(show(p.fresh("page 7"), shown), show(p.cached("page 1"), shown));
  for (const std::string &picture : shown)
    std::puts(picture.c_str());
}

} // namespace

int main() {
  renderer r;
  previews p(r);
  run(browse(p));
}
