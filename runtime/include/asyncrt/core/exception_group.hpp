// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// exception_group: several errors at once.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace asyncrt {

/// What task_group and finally() throw when more than one error must not be lost. (Python: ExceptionGroup)
class exception_group : public std::exception {
public:
  /// At least two errors, in the order in which they happened.
  explicit exception_group(std::vector<std::exception_ptr> errors) : errors_(std::move(errors)) {
    what_ = std::to_string(errors_.size()) + " errors";
    const char *separator = ": ";
    for (const std::exception_ptr &error : errors_) {
      what_ += separator + describe(error);
      separator = "; ";
    }
  }

  const char *what() const noexcept override { return what_.c_str(); }
  const std::vector<std::exception_ptr> &errors() const noexcept { return errors_; }

  /// Throws the only error of \p errors, or all of them as a group; returns when there are none.
  static void rethrow(std::vector<std::exception_ptr> errors) {
    if (errors.size() == 1)
      std::rethrow_exception(errors[0]);
    if (!errors.empty())
      throw exception_group(std::move(errors));
  }

private:
  static std::string describe(const std::exception_ptr &error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception &e) {
      return e.what();
    } catch (...) {
      return "not a std::exception";
    }
  }
  std::vector<std::exception_ptr> errors_;
  std::string what_;
};

} // namespace asyncrt
