// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether the .clang-tidy files that apply mean what they say.
#pragma once

#include "HealthLine.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace asynctidy {

/// Looks at the .clang-tidy files that apply to files in \p Folders, and at the knowledge files that they name.
std::vector<HealthLine> inspectConfiguration(llvm::ArrayRef<std::string> Folders);

/// What is wrong with \p Text, the content of the .clang-tidy file \p File: keys, async checks and their options.
std::vector<HealthLine> inspectConfiguration(llvm::StringRef Text, llvm::StringRef File);

} // namespace asynctidy
