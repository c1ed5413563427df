// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files, streams and devices.

#include "Output.h"
#include "NewFile.h"
#include "Verb.h"
#include "llvm/Support/FileSystem.h"

namespace fs = llvm::sys::fs;

namespace asynctidy {

/// Errors of a stream that nobody has asked for end the process when it dies.
static std::error_code finish(llvm::raw_fd_ostream &OS) {
  OS.flush();
  const std::error_code Error = OS.error();
  OS.clear_error();
  return Error;
}

std::error_code writeOutput(llvm::StringRef Path, llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  if (Path.empty() || Path == "-") {
    Write(llvm::outs());
    return finish(llvm::outs());
  }
  fs::file_status Status;
  if (!fs::status(Path, Status) && Status.type() != fs::file_type::regular_file) {
    std::error_code Error;
    llvm::raw_fd_ostream OS(Path, Error);
    if (Error)
      return Error;
    Write(OS);
    return finish(OS);
  }
  return writeWholeFile(Path, Write);
}

bool write(llvm::StringRef Path, llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  const std::error_code Error = writeOutput(Path, Write);
  if (Error && Error != std::errc::broken_pipe)
    complain((Path.empty() ? "standard output" : Path) + " could not be written: " + Error.message(),
             "is the disk full, or the folder missing or read-only?");
  return !Error;
}

} // namespace asynctidy
