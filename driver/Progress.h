// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One line on the terminal that says how far a run is. Nothing where standard error is no terminal.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <chrono>

namespace asynctidy {

class Progress {
public:
  explicit Progress(size_t Total);
  ~Progress() { clear(); }

  /// Shows that \p Current is being worked on.
  void begin(llvm::StringRef Current);
  /// Counts one as done.
  void done();
  /// Takes the line away, to be called before anything else is printed.
  void clear();

private:
  void show();

  const size_t Total;
  const bool Visible;
  size_t Count = 0;
  std::string Current;
  std::chrono::steady_clock::time_point Begun, Shown;
};

} // namespace asynctidy
