// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises files by what the disk knows them by.

#include "OverlayFiles.h"

namespace vfs = llvm::vfs;

namespace asynctidy {
namespace {

/// A file of the overlay that is open.
class OpenText final : public vfs::File {
public:
  OpenText(vfs::Status Is, const std::string &Text) : Is(std::move(Is)), Text(Text) {}

  llvm::ErrorOr<vfs::Status> status() override { return Is; }
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const llvm::Twine &Name, int64_t, bool, bool) override {
    return llvm::MemoryBuffer::getMemBufferCopy(Text, Name);
  }
  std::error_code close() override { return {}; }

private:
  void setPath(const llvm::Twine &Path) override { Is = vfs::Status::copyWithNewName(Is, Path); }

  vfs::Status Is;
  const std::string &Text;
};

/// The files on disk, and those of the overlay that are not there.
llvm::IntrusiveRefCntPtr<vfs::FileSystem> withNewFiles(const OverlayFiles::Texts &Overlay) {
  auto Disk = vfs::getRealFileSystem();
  auto All = llvm::makeIntrusiveRefCnt<vfs::OverlayFileSystem>(Disk);
  auto New = llvm::makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  for (const auto &[Path, Text] : Overlay)
    if (!Disk->status(Path))
      New->addFile(Path, 0, llvm::MemoryBuffer::getMemBufferCopy(Text, Path));
  All->pushOverlay(std::move(New));
  return All;
}

} // namespace

OverlayFiles::OverlayFiles(const Texts &Overlay) : ProxyFileSystem(withNewFiles(Overlay)) {
  for (const auto &[Path, Text] : Overlay)
    if (const auto Is = vfs::getRealFileSystem()->status(Path))
      Known[Is->getUniqueID()] = &Text;
}

const std::string *OverlayFiles::text(const vfs::Status &Of) const {
  const auto Found = Known.find(Of.getUniqueID());
  return Found == Known.end() ? nullptr : Found->second;
}

llvm::ErrorOr<vfs::Status> OverlayFiles::status(const llvm::Twine &Path) {
  auto Is = ProxyFileSystem::status(Path);
  const std::string *Text = Is ? text(*Is) : nullptr;
  return Text ? vfs::Status::copyWithNewSize(*Is, Text->size()) : Is;
}

llvm::ErrorOr<std::unique_ptr<vfs::File>> OverlayFiles::openFileForRead(const llvm::Twine &Path) {
  const auto Is = status(Path);
  const std::string *Text = Is ? text(*Is) : nullptr;
  if (!Text)
    return ProxyFileSystem::openFileForRead(Path);
  return std::make_unique<OpenText>(*Is, *Text);
}

bool OverlayFiles::exists(const llvm::Twine &Path) { return static_cast<bool>(status(Path)); }

} // namespace asynctidy
