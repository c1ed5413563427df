// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The file system with other texts in some of its files, by whatever name they are opened.
#pragma once

#include "llvm/Support/VirtualFileSystem.h"
#include <map>
#include <string>
#include <vector>

namespace asynctidy {

/// Reads the real files, but those of an overlay from there: a link to such a file, or another way to its folder, leads
/// to the same text. A path that is not on disk is there under that name only.
class OverlayFiles final : public llvm::vfs::ProxyFileSystem {
public:
  using Texts = std::vector<std::pair<std::string, std::string>>;
  /// \p Overlay, absolute paths and texts, has to outlive the file system.
  explicit OverlayFiles(const Texts &Overlay);

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &Path) override;
  bool exists(const llvm::Twine &Path) override;

private:
  const std::string *text(const llvm::vfs::Status &Of) const;

  std::map<llvm::sys::fs::UniqueID, const std::string *> Known;
};

} // namespace asynctidy
