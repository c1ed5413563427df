// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results of former runs, found again by the content of everything that they depend on.
#pragma once

#include "CacheFolder.h"
#include "Configuration.h"
#include "Result.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/StringMap.h"

namespace asynctidy {

/// Two steps: the key of a command (what it says, its configuration, and this program) leads to lists of the files that
/// were read or looked for when it was analysed; that key and the state of all files of a list lead to a result.
/// Nothing is believed of times and sizes: each file is read and hashed, once in a run.
class Cache {
public:
  /// \p Settings may name no folder: then nothing is found and nothing kept.
  Cache(const CacheSettings &Settings, const Configuration &Chosen);

  /// The key of \p Command as things are now; empty if nothing can be known about it.
  std::string keyOf(const clang::tooling::CompileCommand &Command) const;
  /// The result under \p Key, without its dependencies.
  std::optional<FileResult> find(llvm::StringRef Key);
  /// Keeps \p Result, which depends on \p Read, and whose key was \p Key before it was analysed.
  void store(llvm::StringRef Key, const clang::tooling::CompileCommand &Command, const FileResult &Result,
             llvm::ArrayRef<Dependency> Read);
  /// How many results were found.
  unsigned hits() const { return static_cast<unsigned>(Counts.Hits); }
  /// Counts, prunes, and answers why nothing could be kept; empty if all is well.
  std::string finish();

private:
  std::string resultKey(llvm::StringRef Key, llvm::ArrayRef<llvm::StringRef> Files);
  const std::string &state(llvm::StringRef File);

  std::optional<CacheFolder> Folder;
  const Configuration &Chosen;
  const std::string Program;
  llvm::StringMap<std::string> States; ///< Of files, as they were when first asked for in this run.
  CacheCounts Counts;
};

} // namespace asynctidy
