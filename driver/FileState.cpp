// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hashes of files, and the notes of what was asked for.

#include "FileState.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace fs = llvm::sys::fs;

namespace asynctidy {

std::string hashOf(llvm::StringRef Text) {
  return llvm::toHex(llvm::BLAKE3::hash<16>(llvm::arrayRefFromStringRef(Text)), /*LowerCase=*/true);
}

static std::string stateOfFolder(const llvm::Twine &Path) {
  std::vector<std::string> Names;
  std::error_code Problem;
  for (fs::directory_iterator At(Path, Problem), End; At != End && !Problem; At.increment(Problem))
    Names.push_back(llvm::sys::path::filename(At->path()).str());
  if (Problem)
    return "?";
  llvm::sort(Names);
  return "d" + hashOf(llvm::join(Names, "/"));
}

std::string stateOf(const llvm::Twine &Path) {
  fs::file_status Status;
  if (const std::error_code Why = fs::status(Path, Status))
    return Why == std::errc::no_such_file_or_directory || Why == std::errc::not_a_directory ? "" : "?";
  if (fs::is_directory(Status))
    return stateOfFolder(Path);
  if (!fs::is_regular_file(Status)) // To read a pipe can take for ever.
    return "?";
  auto Text =
      llvm::MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  return Text ? hashOf((*Text)->getBuffer()) : "?";
}

llvm::ErrorOr<llvm::vfs::Status> WatchedFiles::status(const llvm::Twine &Path) {
  auto Found = ProxyFileSystem::status(Path);
  if (!Found)
    Absent.insert(Path.str());
  return Found;
}

bool WatchedFiles::exists(const llvm::Twine &Path) {
  const bool Found = ProxyFileSystem::exists(Path);
  if (!Found)
    Absent.insert(Path.str());
  return Found;
}

llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> WatchedFiles::openFileForRead(const llvm::Twine &Path) {
  auto Found = ProxyFileSystem::openFileForRead(Path);
  (Found ? Opened : Absent).insert(Path.str());
  return Found;
}

llvm::vfs::directory_iterator WatchedFiles::dir_begin(const llvm::Twine &Path, std::error_code &Problem) {
  auto Found = ProxyFileSystem::dir_begin(Path, Problem);
  (Problem ? Absent : Opened).insert(Path.str());
  return Found;
}

void WatchedFiles::into(std::vector<Dependency> &Read, PathMap &Paths, llvm::StringRef Directory) const {
  llvm::StringSet<> Known;
  for (const Dependency &D : Read)
    Known.insert(D.File);
  for (const auto &Entry : Opened)
    if (const std::string &Name = Paths.get(Entry.getKey()); Known.insert(Name).second)
      Read.push_back({Name, stateOf(Paths.absolute(Name))});
  for (const auto &Entry : Absent) {
    llvm::SmallString<256> Full(Entry.getKey());
    llvm::sys::path::make_absolute(Directory, Full);
    // Nothing is there that a link could lead to, but a folder in the middle may be one. (There are thousands of names,
    // and few such folders.)
    if (const size_t Up = Full.str().rfind("/../"); Up != llvm::StringRef::npos)
      Full = Paths.absolute(Paths.get(Full.substr(0, Up + 3))) + Full.substr(Up + 3).str();
    llvm::sys::path::remove_dots(Full, /*remove_dot_dot=*/true);
    llvm::StringRef Name = Full;
    if (Name.consume_front(Paths.root()) && !Name.consume_front("/"))
      Name = Full;
    if (Known.insert(Name).second)
      Read.push_back({Name.str(), ""});
  }
  llvm::sort(Read, [](const Dependency &A, const Dependency &B) { return A.File < B.File; });
}

} // namespace asynctidy
