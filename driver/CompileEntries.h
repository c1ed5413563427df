// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entries of a compile database as they are written, and where it is malformed.
#pragma once

#include "HealthLine.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace asynctidy {

struct CompileEntry {
  std::string Directory;
  std::string File;                   ///< As it is written; may be relative to the directory.
  std::vector<std::string> Arguments; ///< The compiler, without what only wraps it (ccache), and its arguments.
};

/// Reads \p Text. What is wrong with it is added to \p Said; nothing is answered if clang cannot read it either.
std::vector<CompileEntry> readEntries(llvm::StringRef Text, std::vector<HealthLine> &Said);

} // namespace asynctidy
