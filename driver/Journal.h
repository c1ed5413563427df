// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each `async-tidy fix` of a project replaced, so that it can be undone.
#pragma once

#include "FileReplacement.h"
#include <optional>
#include <vector>

namespace asynctidy {

/// What one run replaced.
struct JournalEntry {
  struct File {
    std::string Path;   ///< Absolute, without symbolic links.
    std::string Hash;   ///< BLAKE3 of what was written.
    std::string Before; ///< What was there.
  };
  std::string Time; ///< "2026-05-04 13:37:00", local time.
  unsigned Fixes = 0;
  std::vector<File> Files;
};

/// The entries of one project, outside of it: $XDG_STATE_HOME/async-tidy/undo/<hash of the root>, a file each.
class Journal {
public:
  explicit Journal(std::string Root);
  ~Journal();
  Journal(const Journal &) = delete;
  Journal &operator=(const Journal &) = delete;

  /// Whether there has ever been an entry.
  bool exists() const;
  /// Keeps others from fixing and undoing the same project, as long as this lives. Why that cannot be done; empty if it
  /// is.
  std::string lock();
  /// Names of the entries, the oldest first.
  std::vector<std::string> names() const;
  std::optional<JournalEntry> read(const std::string &Name) const;
  /// Writes an entry, and drops the oldest beyond twenty. Why not; empty if it is done. Its name is then in \p Name.
  std::string add(const JournalEntry &What, std::string &Name);
  void remove(const std::string &Name);
  const std::string &folder() const { return Folder; }

private:
  std::string Root, Folder;
  int Lock = -1;
};

} // namespace asynctidy
