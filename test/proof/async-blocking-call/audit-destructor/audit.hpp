// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What happened, written down so that it survives a power failure.
#pragma once

#include <asyncrt/core/task.hpp>
#include <asyncrt/exec/offload.hpp>

#include <cstdio>
#include <string>
#include <unistd.h>
#include <utility>

/// A line in the file \p fd, written when the entry goes out of scope, however that happens.
class audit_entry {
public:
  audit_entry(int fd, std::string line) : fd_(fd), line_(std::move(line)) {}
  audit_entry(const audit_entry &) = delete;
  audit_entry &operator=(const audit_entry &) = delete;
  ~audit_entry() {
    line_ += '\n';
    if (::write(fd_, line_.data(), line_.size()) < 0 || ::fdatasync(fd_) < 0)
      std::perror("audit");
  }
  void add(const std::string &text) { line_ += text; }

private:
  int fd_;
  std::string line_;
};

/// The same for coroutines: commit() writes the line, on another thread.
class async_audit_entry {
public:
  async_audit_entry(int fd, std::string line) : fd_(fd), line_(std::move(line)) {}
  void add(const std::string &text) { line_ += text; }
  asyncrt::task<> commit() {
    line_ += '\n';
    co_await asyncrt::offload([this] {
      if (::write(fd_, line_.data(), line_.size()) < 0 || ::fdatasync(fd_) < 0)
        std::perror("audit");
    });
  }

private:
  int fd_;
  std::string line_;
};
