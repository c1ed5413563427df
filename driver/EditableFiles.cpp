// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the files and says which are not ours to edit.

#include "EditableFiles.h"
#include "FileState.h"
#include "PathMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <sys/stat.h>
#include <unistd.h>

namespace fs = llvm::sys::fs;

namespace asynctidy {

static constexpr llvm::StringLiteral Changed = "it was changed while it was analysed; run async-tidy fix again";

EditableFiles::EditableFiles(const OpenedProject &Of, llvm::ArrayRef<FileResult> Units) : Of(Of) {
  for (size_t I = 0; I != Units.size(); ++I)
    for (const Dependency &D : Units[I].Dependencies) {
      if (D.Hash.size() != hashOf("").size()) // No file.
        continue;
      File &Read = Files[real(D.File)];
      Read.Hashes.insert(D.Hash);
      Read.Units.insert(I);
    }
}

const std::string &EditableFiles::real(const std::string &Name) {
  auto [Slot, New] = RealNames.try_emplace(Name);
  if (!New)
    return Slot->second;
  const std::string Full = PathMap(Of.Files.Root, Of.Files.Root).absolute(Name);
  llvm::SmallString<256> Real;
  return Slot->second = fs::real_path(Full, Real) ? Full : std::string(Real);
}

/// Files outside of the project belong to somebody else, if the user has not named them.
bool EditableFiles::mayEdit(llvm::StringRef Real) const {
  auto IsIn = [&](llvm::StringRef Folder) {
    llvm::StringRef Rest = Real;
    return Rest.consume_front(Folder) && (Rest.empty() || Rest.front() == '/' || Folder.ends_with("/"));
  };
  return IsIn(Of.Files.Root) || llvm::any_of(Of.Named, IsIn);
}

std::string EditableFiles::reasonNotTo(const std::string &Real, const File &Of) const {
  struct stat Is;
  if (stat(Real.c_str(), &Is) != 0)
    return "it cannot be read";
  if (!mayEdit(Real))
    return "it lies outside of the project; name it on the command line, or edit it by hand";
  if (!llvm::json::isUTF8(Real))
    return "its path is not UTF-8; edit it by hand";
  // Whoever may do everything is asked to keep to it, too.
  if (!(Is.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) || access(Real.c_str(), W_OK) != 0)
    return "it is read-only";
  if (Of.Hashes.size() != 1 || *Of.Hashes.begin() != hashOf(Of.Text))
    return Changed.str();
  return {};
}

EditableFiles::File &EditableFiles::read(const std::string &Real) {
  File &Known = Files[Real];
  if (Known.IsRead)
    return Known;
  Known.IsRead = true;
  if (auto Buffer = llvm::MemoryBuffer::getFile(Real, /*IsText=*/false, /*RequiresNullTerminator=*/false))
    Known.Text = (*Buffer)->getBuffer().str();
  Known.Problem = reasonNotTo(Real, Known);
  return Known;
}

const std::string &EditableFiles::text(const std::string &Real) { return read(Real).Text; }
const std::string &EditableFiles::problem(const std::string &Real) { return read(Real).Problem; }

const std::set<size_t> &EditableFiles::units(const std::string &Real) const {
  static const std::set<size_t> None;
  const auto Found = Files.find(Real);
  return Found == Files.end() ? None : Found->second.Units;
}

std::vector<std::string> EditableFiles::changed(const std::vector<std::string> &Wanted) {
  std::vector<std::string> Bad;
  for (const std::string &Real : Wanted) {
    auto Buffer = llvm::MemoryBuffer::getFile(Real, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (Buffer && (*Buffer)->getBuffer() == text(Real))
      continue;
    Files[Real].Problem = Changed.str();
    Bad.push_back(Real);
  }
  return Bad;
}

} // namespace asynctidy
