// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that `init` writes into a project; their texts are in driver/templates/.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace asynctidy {

struct Template {
  llvm::StringRef Name; ///< As --ci takes it: "github".
  llvm::StringRef Path; ///< Where it belongs in a project.
  llvm::StringRef Text;
};

llvm::ArrayRef<Template> templates();

} // namespace asynctidy
