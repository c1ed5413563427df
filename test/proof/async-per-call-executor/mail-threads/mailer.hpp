// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Sends mails over a library that blocks.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

class mailer {
public:
  void confirm(int order) { notify("order " + std::to_string(order) + " is on its way"); }

  /// Does not wait for the mail server: "it is only one thread".
  void notify(std::string text) {
    std::thread([this, text = std::move(text)] { deliver(text); }).detach();
  }

  /// Waits for the mail server.
  void deliver(const std::string &) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10)); // In its place.
    const std::lock_guard lock(mutex_);
    threads_.insert(::gettid());
    ++sent_;
  }

  struct statistics {
    unsigned sent;
    std::size_t threads; ///< That have sent something.
  };
  statistics so_far() {
    const std::lock_guard lock(mutex_);
    return {sent_, threads_.size()};
  }

private:
  std::mutex mutex_;
  unsigned sent_ = 0;
  std::set<int> threads_;
};
