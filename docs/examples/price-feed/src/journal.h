// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file with every quote given to a client, as the auditors want it.
#pragma once

#include <string>
#include <string_view>

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
  void commit();

  int file_;
  std::string pending_;
};

} // namespace price_feed
