// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A gallery: pictures come in, and each gets a thumbnail, for which nobody waits.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

class gallery {
public:
  task<> add(std::string picture) {
    co_await sleep_for(1ms); // While it comes in.
    // "std::async has a pool": it has none. Each call starts a thread.
    thumbnails_.push_back(std::async(std::launch::async, [this, picture] { make_thumbnail(picture); }));
  }

  void wait_for_thumbnails() { thumbnails_.clear(); }
  std::size_t threads() const { return threads_.size(); }

private:
  void make_thumbnail(const std::string &) {
    std::this_thread::sleep_for(5ms); // In place of computing.
    const std::lock_guard lock(mutex_);
    threads_.insert(::gettid());
  }

  std::mutex mutex_;
  std::set<int> threads_; ///< That have made a thumbnail.
  std::vector<std::future<void>> thumbnails_;
};

constexpr int pictures = 30;

task<> serve(gallery &g) {
  std::vector<task<>> uploads;
  for (int i = 0; i < pictures; ++i)
    uploads.push_back(g.add("picture " + std::to_string(i)));
  co_await when_all(std::move(uploads));
}

} // namespace

int main() {
  gallery g;
  run(serve(g));
  g.wait_for_thumbnails();
  std::printf("%d thumbnails, made by %zu threads\n", pictures, g.threads());
}
