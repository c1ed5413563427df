// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The NOLINT comments of a text, by clang-tidy's grammar.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <vector>

namespace asynctidy {

struct NoLint {
  enum class Kind { Line, NextLine, Begin, End };
  Kind What;
  unsigned Begin, End;                              ///< From the N to behind the closing bracket.
  std::optional<llvm::StringRef> List;              ///< Between the brackets; nothing: all checks are meant.
  llvm::SmallVector<llvm::StringRef> names() const; ///< Of the list, without white space around them.
};

/// All of them in \p Text, wherever they stand: clang-tidy heeds those outside of comments too.
std::vector<NoLint> noLintsIn(llvm::StringRef Text);

/// What a NOLINT applies to: bytes [Begin, End) of the text.
struct NoLintScope {
  const NoLint *Opens;
  const NoLint *Closes = nullptr; ///< Of a block.
  unsigned Begin, End;
};

/// The scopes of \p All, which are those of \p Text. A NOLINTBEGIN or NOLINTEND without the other has none.
std::vector<NoLintScope> scopesOf(const std::vector<NoLint> &All, llvm::StringRef Text);

} // namespace asynctidy
