// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Links the summaries of all files: decides the findings that depended on others, without parsing anything again.
#pragma once

#include "Result.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace asynctidy {

/// Decides what \p Units have deferred, from the graphs of all of them; the findings that hold, each with the way to it
/// in its notes. Independent of how the files were distributed, and linear in the size of the graphs. Neither \p Units
/// nor their order is changed; of two definitions of a function the first one counts.
std::vector<Finding> link(llvm::ArrayRef<const FileResult *> Units);

/// The same; nothing if \p IsStopped answers true before all is decided.
std::optional<std::vector<Finding>> link(llvm::ArrayRef<const FileResult *> Units,
                                         llvm::function_ref<bool()> IsStopped);

} // namespace asynctidy
