// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// New contents for several files: all of them get theirs, or none.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <string>
#include <sys/stat.h>

namespace asynctidy {

struct FileReplacement {
  std::string File; ///< An absolute path without symbolic links.
  std::string Was;  ///< What has to be in it.
  std::string Text; ///< What is to be in it.
};

/// Why files could not be replaced, and how they are now.
struct ReplacementFailure {
  std::string Why;      ///< "/p/a.cpp: No space left on device".
  bool AsBefore = true; ///< Whether all files are what they were.
};

/// Puts the texts in place, each whole, with the mode of the file that is there. If one cannot be written, or is no
/// longer what it was, all are left or put back as they were. From the first change on SIGINT and SIGTERM come too
/// late.
std::optional<ReplacementFailure> replaceFiles(llvm::ArrayRef<FileReplacement> All);

/// Writes \p Text beside \p File and renames it to that when it is on disk, with \p Mode. Why not; empty if it is done.
std::string writeDurably(const std::string &File, llvm::StringRef Text, mode_t Mode);

} // namespace asynctidy
