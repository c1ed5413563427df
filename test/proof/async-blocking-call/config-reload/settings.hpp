// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What an operator may change while the program runs.
#pragma once

#include <asyncrt/loop/event_loop.hpp>

#include <chrono>
#include <string>
#include <utility>

struct limits {
  unsigned requests_per_minute = 0;
  unsigned longest_message = 0;
};

std::string text_of(const std::string &path);
limits parse(const std::string &text);

/// The limits in a file. They are old after a minute.
class settings {
public:
  explicit settings(std::string path) : path_(std::move(path)) { reload(); }

  const std::string &path() const { return path_; }
  bool old() const { return now() - read_at_ >= std::chrono::minutes(1); }

  /// Reads the file if need be.
  const limits &current();
  /// As they were read last.
  const limits &known() const { return limits_; }
  void set(const limits &l) {
    limits_ = l;
    read_at_ = now();
  }

private:
  void reload();
  static asyncrt::loop_clock::time_point now() {
    asyncrt::event_loop *loop = asyncrt::event_loop::current();
    return loop ? loop->time() : asyncrt::loop_clock::time_point();
  }

  std::string path_;
  limits limits_;
  asyncrt::loop_clock::time_point read_at_;
};
