// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing a file of a project so that it is there as a whole or not at all.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace asynctidy {

/// Makes \p Text the content of \p Path, with the folders it is in. A file that is there keeps its permissions, and a
/// link stays a link. Answers why it could not be done; empty if it is.
std::string writeWholeFile(llvm::StringRef Path, llvm::StringRef Text);

} // namespace asynctidy
