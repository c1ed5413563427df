// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Somebody else's library: draws pages, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

class renderer {
public:
  renderer() : thread_([this] { work(); }) {}
  renderer(const renderer &) = delete;
  renderer &operator=(const renderer &) = delete;
  ~renderer() {
    add({});
    thread_.join();
  }

  /// For those who can wait.
  std::future<std::string> draw(std::string page) {
    auto drawn = std::make_shared<std::promise<std::string>>();
    std::future<std::string> future = drawn->get_future();
    draw(std::move(page), [drawn](std::string picture) { drawn->set_value(std::move(picture)); });
    return future;
  }
  /// For those who cannot: \p done is called on the thread of the renderer.
  void draw(std::string page, std::function<void(std::string)> done) {
    add([page = std::move(page), done = std::move(done)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(60)); // In place of drawing.
      done("picture of " + page);
    });
  }

private:
  void add(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    added_.notify_one();
  }
  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      added_.wait(lock, [this] { return !jobs_.empty(); });
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      if (!job)
        return;
      job();
    }
  }

  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<std::function<void()>> jobs_;
  std::thread thread_;
};
