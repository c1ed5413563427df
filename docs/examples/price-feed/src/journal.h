// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file with every quote given to a client, as the auditors want it.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace price_feed {

class Journal {
public:
  explicit Journal(const std::string &path);
  Journal(const Journal &) = delete;
  Journal &operator=(const Journal &) = delete;
  ~Journal();

  /// Appends one line; it is safe on disk when this returns.
  void append(std::string_view line) {
    pending_.append(line).push_back('\n');
    commit();
  }

private:
  void commit() {
    while (!pending_.empty()) {
      ssize_t written = ::write(file_, pending_.data(), pending_.size());
      if (written < 0)
        throw std::system_error(errno, std::generic_category(), "journal");
      pending_.erase(0, static_cast<std::size_t>(written));
    }
    if (::fsync(file_) != 0)
      throw std::system_error(errno, std::generic_category(), "journal");
  }

  int file_;
  std::string pending_;
};

} // namespace price_feed
