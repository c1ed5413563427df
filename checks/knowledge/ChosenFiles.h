// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which knowledge files of the user's a configuration names.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace asynctidy {

/// The option that all checks share: further knowledge files, separated by semicolons.
inline constexpr llvm::StringLiteral KnowledgeOption = "async.KnowledgeFiles";

/// The paths that \p Option, a value of KnowledgeOption, names for \p MainFile. A relative one is looked for beside
/// that file and in the folders above it, then in the working directory: nobody is told which .clang-tidy an option
/// came from. What is not found is an error that names it.
std::vector<llvm::Expected<std::string>> chosenKnowledgeFiles(llvm::StringRef Option, llvm::StringRef MainFile);

} // namespace asynctidy
