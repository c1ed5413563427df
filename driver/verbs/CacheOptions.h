// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options that say where the cache is.
#pragma once

#include "CacheFolder.h"
#include "llvm/Support/CommandLine.h"

namespace asynctidy {

class CacheOptions {
public:
  explicit CacheOptions(llvm::cl::SubCommand &Of);

  /// What the options and the environment say: no folder if neither names one. Nothing, with the reason and the cure on
  /// standard error, if an option is wrong.
  std::optional<CacheSettings> settings() const;

private:
  llvm::cl::opt<std::string> Folder;
  llvm::cl::opt<std::string> MaxSize;
};

} // namespace asynctidy
