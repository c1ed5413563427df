// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks for the knowledge files that an option names.

#include "knowledge/ChosenFiles.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace asynctidy {

static llvm::Expected<std::string> resolve(llvm::StringRef Path, llvm::StringRef MainFile) {
  if (llvm::sys::path::is_absolute(Path))
    return Path.str();
  llvm::SmallString<128> File(MainFile);
  llvm::sys::fs::make_absolute(File);
  const llvm::StringRef Directory = llvm::sys::path::parent_path(File);
  for (llvm::StringRef D = Directory; !D.empty(); D = llvm::sys::path::parent_path(D)) {
    llvm::SmallString<128> Candidate(D);
    llvm::sys::path::append(Candidate, Path);
    if (llvm::sys::fs::exists(Candidate))
      return std::string(Candidate);
  }
  if (llvm::sys::fs::exists(Path))
    return Path.str();
  return llvm::createStringError("knowledge file '" + Path + "' not found in " + Directory +
                                 " or any folder above it, nor in the working directory");
}

std::vector<llvm::Expected<std::string>> chosenKnowledgeFiles(llvm::StringRef Option, llvm::StringRef MainFile) {
  std::vector<llvm::Expected<std::string>> Files;
  llvm::SmallVector<llvm::StringRef> Parts;
  Option.split(Parts, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts)
    if (!Part.trim().empty())
      Files.push_back(resolve(Part.trim(), MainFile));
  return Files;
}

} // namespace asynctidy
