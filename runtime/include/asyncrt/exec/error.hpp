// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What pools throw.
#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace asyncrt {

/// Work was given to a pool after shutdown().
struct pool_closed : std::exception {
  const char *what() const noexcept override { return "the pool was shut down"; }
};

/// The worker process of a job has died before it answered. The job may have done its work, in part or not at all. The
/// pool lives on: the next job gets another worker.
class broken_pool_error : public std::runtime_error {
public:
  /// \p status is what waitpid() gave; nothing if that is not known. \p why is put before it, if it is not empty.
  explicit broken_pool_error(std::optional<int> status, const std::string &why = {});
  /// How the process ended, as of waitpid(); nothing if the fork server was gone too.
  std::optional<int> status() const noexcept { return status_; }
  /// The code with which it exited; nothing if it did not exit by itself.
  std::optional<int> exit_code() const noexcept;
  /// The signal that ended it; nothing if none did.
  std::optional<int> signal() const noexcept;

private:
  std::optional<int> status_;
};

/// A job has thrown, or its arguments or its result could not be carried over. what() is what the exception said there.
class remote_error : public std::runtime_error {
public:
  remote_error(std::string type, const std::string &text) : std::runtime_error(text), type_(std::move(type)) {}
  /// The type of the exception, as it is written in C++.
  const std::string &type() const noexcept { return type_; }

private:
  std::string type_;
};

/// Bytes that are not what a codec wants: too few, too many, or wrong ones.
struct codec_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace asyncrt
