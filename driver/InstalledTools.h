// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Programs of LLVM that are installed beside this one.
#pragma once

#include "HealthLine.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace asynctidy {

struct InstalledTool {
  std::string Path;
  std::string Version; ///< "22.1.8"; empty if it did not tell.
};

/// The programs on PATH that are called \p Name, with or without a version at the end ("clang-tidy-22").
std::vector<InstalledTool> findTools(llvm::StringRef Name);

/// The module for stock clang-tidy, which clang-tidy can load it, and the headers that the analysis needs.
std::vector<HealthLine> inspectTools();

} // namespace asynctidy
