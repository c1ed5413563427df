// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which lines of a checkout differ from a revision, as git tells.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace asynctidy {

/// The lines of one file that are new or different.
struct ChangedLines {
  bool All = false;
  std::vector<std::pair<unsigned, unsigned>> Ranges; ///< First and last line of each, from 1, in order.

  bool contains(unsigned Line) const;
};

/// By path.
using ChangedFiles = std::map<std::string, ChangedLines>;

/// Reads what `git diff` prints, with "a/" and "b/" before the paths. Files without new lines are left out. What is no
/// diff changes nothing.
ChangedFiles parseDiff(llvm::StringRef Diff);

/// What in the checkout around \p Root differs from \p Revision; files that git does not know count as new. The paths
/// are relative to \p Root if they lie there, as results have them. Nothing, with the reason and the cure on standard
/// error, if git cannot tell.
std::optional<ChangedFiles> changesSince(const std::string &Root, const std::string &Revision);

} // namespace asynctidy
