// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tokens of a file as they are written, without a preprocessor: where comments are, and what is around a place.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace asynctidy {

/// The tokens of one text, comments among them.
class Tokens {
public:
  /// \p Text ends with a zero byte behind its end and outlives this.
  explicit Tokens(llvm::StringRef Text);

  struct Range {
    unsigned Begin, End;
  };
  /// The comment around \p Offset; one of no length if there is none.
  Range commentAt(unsigned Offset) const;
  /// The statement, declaration or head of one around \p Offset: what stands between semicolons and braces, without
  /// white space and comments. It stays the same when the text is formatted anew. Empty in directives.
  std::string statementAt(unsigned Offset) const;

private:
  enum class Kind { Word, Boundary, Comment };
  struct Token : Range {
    Kind What;
  };

  llvm::StringRef Text;
  std::vector<Token> All;
};

} // namespace asynctidy
