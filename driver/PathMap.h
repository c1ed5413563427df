// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How paths are written in results: relative to the project's root when they lie in it.
#pragma once

#include "llvm/ADT/StringMap.h"
#include <string>

namespace asynctidy {

/// Turns what clang calls a file into what results call it. Not for several threads.
class PathMap {
public:
  /// \p Root is an absolute path without symbolic links; \p Directory is what relative paths are relative to.
  PathMap(std::string Root, std::string Directory) : Root(std::move(Root)), Directory(std::move(Directory)) {}

  /// \p Path relative to the root when it lies there, by its name or by where its links lead; absolute otherwise.
  const std::string &get(llvm::StringRef Path);
  /// The file that \p Path, as \ref get writes it, means: an absolute path.
  std::string absolute(llvm::StringRef Path) const;
  llvm::StringRef root() const { return Root; }

private:
  std::string Root, Directory;
  llvm::StringMap<std::string> Known;
};

} // namespace asynctidy
