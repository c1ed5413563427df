// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes beside the place, then renames.

#include "Output.h"
#include "Verb.h"
#include "llvm/Support/FileSystem.h"

namespace asynctidy {

bool write(llvm::StringRef File, llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  auto Failed = [&](std::error_code Problem) {
    complain((File.empty() ? "standard output" : File) + " could not be written: " + Problem.message(),
             "is the disk full, or the folder missing or read-only?");
    return false;
  };
  if (File.empty()) {
    Write(llvm::outs());
    llvm::outs().flush();
    const std::error_code Problem = llvm::outs().error();
    llvm::outs().clear_error();
    return Problem ? Failed(Problem) : true;
  }
  int Descriptor = -1;
  llvm::SmallString<128> Beside;
  if (auto Problem = llvm::sys::fs::createUniqueFile(File + ".%%%%%%", Descriptor, Beside))
    return Failed(Problem);
  llvm::raw_fd_ostream OS(Descriptor, /*shouldClose=*/true);
  Write(OS);
  OS.close();
  std::error_code Problem = OS.error();
  OS.clear_error();
  if (!Problem)
    Problem = llvm::sys::fs::rename(Beside, File);
  if (!Problem)
    return true;
  llvm::sys::fs::remove(Beside);
  return Failed(Problem);
}

} // namespace asynctidy
