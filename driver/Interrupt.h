// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SIGINT and SIGTERM, noted instead of died of.
#pragma once

#include <csignal>

namespace asynctidy {

/// As long as one lives SIGINT and SIGTERM are noted; the second one of a kind kills. They may be nested.
class InterruptWatch {
public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch &) = delete;
  InterruptWatch &operator=(const InterruptWatch &) = delete;

  /// Whether one came, to this watch or an earlier one.
  static bool interrupted();

private:
  struct sigaction OldInt, OldTerm;
};

} // namespace asynctidy
