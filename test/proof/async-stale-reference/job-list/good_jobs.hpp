// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Jobs by their numbers.
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <chrono>
#include <cstddef>
#include <unordered_map>

struct job {
  int milliseconds = 0;
  bool done = false;
};

class job_list {
public:
  void add(int number, int milliseconds) { jobs_[number] = {milliseconds}; }
  void cancel(int number) { jobs_.erase(number); }

  asyncrt::task<> work_on(int number) {
    const auto found = jobs_.find(number);
    if (found == jobs_.end())
      co_return;
    co_await asyncrt::sleep_for(std::chrono::milliseconds(found->second.milliseconds));
    if (const auto left = jobs_.find(number); left != jobs_.end())
      left->second.done = true;
  }

  std::size_t size() const { return jobs_.size(); }

private:
  std::unordered_map<int, job> jobs_;
};
