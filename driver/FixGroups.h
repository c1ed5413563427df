// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which fixes can be made together, and which have to do with each other.
#pragma once

#include "Fix.h"

namespace asynctidy {

using Group = std::vector<size_t>; ///< Numbers of fixes, in order.

/// Those of \p From that exclude neither each other nor what is \p Accepted: of two, the first. \p ExcludedBy then has
/// for each of the others one that excludes it.
Group choose(llvm::ArrayRef<Fix> Fixes, const Group &From, const std::set<size_t> &Accepted,
             std::map<size_t, size_t> &ExcludedBy);

/// \p Of divided so that no source file sees edits of two parts. \p SeenBy has the source files that see each fix.
std::vector<Group> independent(const Group &Of, llvm::ArrayRef<std::set<size_t>> SeenBy);

} // namespace asynctidy
