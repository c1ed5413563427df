// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All that is wrong with a knowledge file, where the loader stops at the first mistake.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace asynctidy {

struct KnowledgeMistake {
  unsigned Line = 0;
  unsigned Column = 0; ///< Counts bytes, from 1.
  std::string Reason;
};

/// What is wrong with \p Text, in the order of the lines; empty if the loader takes it. An entry is told of once. What
/// a mistake at the top of the file hides is not told.
std::vector<KnowledgeMistake> mistakesIn(llvm::StringRef Text);

} // namespace asynctidy
