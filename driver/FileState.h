// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a result has seen of the file system, in a form that can be held against what is there later.
#pragma once

#include "PathMap.h"
#include "Result.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace asynctidy {

/// The content of the file \p Path as a hash, 32 hexadecimal digits; of a folder, the names in it, with another digit
/// before; empty if nothing is there, and "?" if it cannot be read.
std::string stateOf(const llvm::Twine &Path);
/// The state of a file with the content \p Text.
std::string hashOf(llvm::StringRef Text);

/// A file system, which notes what was asked of it: the files that were looked for and not there, too. A header
/// that turns up earlier on the include path changes a result as much as one that is edited.
class WatchedFiles final : public llvm::vfs::ProxyFileSystem {
public:
  explicit WatchedFiles(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files) : ProxyFileSystem(std::move(Files)) {}

  /// Adds to \p Read what is not in it yet.
  void into(std::vector<Dependency> &Read, PathMap &Paths, llvm::StringRef Directory) const;

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override;
  bool exists(const llvm::Twine &Path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &Path) override;
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine &Path, std::error_code &Problem) override;

private:
  llvm::StringSet<> Opened, Absent;
};

} // namespace asynctidy
