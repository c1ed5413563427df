// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What `init` adds to .clang-tidy: a whole file, or what an existing one lacks.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace asynctidy {

/// The recommended checks, as the value of `Checks:`.
std::string recommendedChecks();

/// What else says which checks run.
enum class Besides {
  Nothing,  ///< Everything else is turned off.
  Above,    ///< The .clang-tidy file of a folder above.
  SameFile, ///< The file to which it is added by hand.
};

/// A .clang-tidy file with all checks and options, each with a comment.
std::string wholeConfiguration(Besides Others);

/// Text that is put into a file.
struct Insertion {
  size_t Offset; ///< In bytes of the old text.
  std::string Text;
};

/// How a file becomes one with the checks and all their options.
struct Merge {
  std::vector<Insertion> Insertions; ///< In the order of their offsets; empty if nothing is missing.
  std::string Why;                   ///< Why it cannot be done safely; empty if it can.

  std::string apply(llvm::StringRef Text) const;
};

/// What \p Text, the content of a .clang-tidy file, lacks. Nothing in it is changed or taken away, comments included:
/// the result is read again and compared before it is offered. A file that speaks of async checks keeps its choice of
/// them.
Merge mergeInto(llvm::StringRef Text);

} // namespace asynctidy
