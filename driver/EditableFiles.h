// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The files that fixes want to edit, as they were when they were analysed.
#pragma once

#include "Run.h"
#include <map>
#include <set>

namespace asynctidy {

class EditableFiles {
public:
  /// The results \p Units say which files were read, and what was in them.
  EditableFiles(const OpenedProject &Of, llvm::ArrayRef<FileResult> Units);

  /// What a report calls \p Name: an absolute path without symbolic links, under which all else knows the file.
  const std::string &real(const std::string &Name);
  /// What is in the file \p Real.
  const std::string &text(const std::string &Real);
  /// Why the file must not be edited; empty if it may be.
  const std::string &problem(const std::string &Real);
  /// The numbers of the results that depend on the file.
  const std::set<size_t> &units(const std::string &Real) const;
  /// The files among \p Wanted that are no longer what was analysed. From now on that is a problem of theirs.
  std::vector<std::string> changed(const std::vector<std::string> &Wanted);

private:
  struct File {
    bool IsRead = false;
    std::string Text, Problem;
    std::set<std::string> Hashes; ///< Of what was analysed.
    std::set<size_t> Units;
  };
  File &read(const std::string &Real);
  std::string reasonNotTo(const std::string &Real, const File &Of) const;
  bool mayEdit(llvm::StringRef Real) const;

  const OpenedProject &Of;
  std::map<std::string, std::string> RealNames;
  std::map<std::string, File> Files;
};

} // namespace asynctidy
