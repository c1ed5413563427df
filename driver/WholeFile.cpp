// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes beside the file and renames.

#include "WholeFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace fs = llvm::sys::fs;

namespace asynctidy {

std::string writeWholeFile(llvm::StringRef Path, llvm::StringRef Text) {
  llvm::SmallString<256> Real;
  fs::perms Permissions = fs::all_read | fs::owner_write;
  if (fs::exists(Path)) {
    if (const std::error_code Error = fs::real_path(Path, Real))
      return Error.message();
    const llvm::ErrorOr<fs::perms> Old = fs::getPermissions(Real);
    if (!Old)
      return Old.getError().message();
    if (!fs::can_write(Real))
      return "it is not writable";
    Permissions = *Old;
  } else {
    Real = Path;
    if (const llvm::StringRef Folder = llvm::sys::path::parent_path(Real); !Folder.empty())
      if (const std::error_code Error = fs::create_directories(Folder))
        return Error.message();
  }
  llvm::Expected<fs::TempFile> Beside = fs::TempFile::create(Real + ".async-tidy-%%%%%%");
  if (!Beside)
    return llvm::toString(Beside.takeError());
  llvm::raw_fd_ostream Out(Beside->FD, /*shouldClose=*/false);
  Out << Text;
  Out.flush();
  std::string Why;
  if (Out.has_error())
    Why = Out.error().message();
  Out.clear_error();
  if (Why.empty())
    if (const std::error_code Error = fs::setPermissions(Beside->TmpName, Permissions))
      Why = Error.message();
  llvm::Error Done = Why.empty() ? Beside->keep(Real) : Beside->discard();
  if (Done)
    Why += llvm::toString(std::move(Done));
  return Why;
}

} // namespace asynctidy
