// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A replacement for a whole expression.
#pragma once

#include "clang/Basic/SourceLocation.h"
#include <string>
#include <vector>

namespace asynctidy {

struct Rewrite {
  clang::CharSourceRange Range;
  std::string Text;
  std::vector<std::string> Includes; ///< Headers that the text needs, without brackets.
};

} // namespace asynctidy
