// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that are there as a whole or not at all, whoever looks and whoever is killed.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <sys/stat.h>
#include <system_error>

namespace asynctidy {

/// A file with a name of its own that takes the place of another one when it is complete, and is gone with this object
/// if it does not. After the first error nothing is done any more.
class NewFile {
public:
  /// Its path begins with \p Prefix; the umask takes bits of \p Mode away.
  explicit NewFile(llvm::StringRef Prefix, mode_t Mode = 0666);
  ~NewFile();
  NewFile(NewFile &&Other) noexcept;
  NewFile &operator=(NewFile &&) = delete;

  /// A prefix in the folder of \p File, for a name that no glob for sources matches.
  static std::string beside(llvm::StringRef File);

  const std::string &name() const { return Name; }
  std::error_code error() const { return Error; }

  void setMode(mode_t Mode);
  /// Gives it the mode and, where that is allowed, the owner of \p Other.
  void resemble(const struct stat &Other);
  /// Has \p Write write its content, once; with \p Durably it is on the disk then. It uses no descriptor any more.
  void write(llvm::function_ref<void(llvm::raw_ostream &)> Write, bool Durably = false);
  /// Makes it another name of \p File instead of a file. False where the file system has no such thing.
  bool link(const std::string &File);
  /// Becomes \p File. False if there is an error.
  bool become(const std::string &File);

private:
  bool check(int Result);
  void close();

  std::string Name;
  std::error_code Error;
  int Descriptor = -1;
  bool IsThere = false;
};

/// Has \p Write write the file \p Path. One that is there keeps its permissions, which have to allow that; a link stays
/// a link.
std::error_code writeWholeFile(llvm::StringRef Path, llvm::function_ref<void(llvm::raw_ostream &)> Write);
/// Makes \p Text the content of \p Path, with the folders it is in.
std::error_code writeWholeFile(llvm::StringRef Path, llvm::StringRef Text);

} // namespace asynctidy
