// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The folder of the cache: files that are there whole or not at all, whoever else uses it and whoever is killed.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace asynctidy {

/// Where the cache is and how large it may be.
struct CacheSettings {
  std::string Folder; ///< Empty: there is none.
  uint64_t MaxBytes = uint64_t(1) << 30;
};

/// How often the cache helped.
struct CacheCounts {
  uint64_t Runs = 0;
  uint64_t Hits = 0;
  uint64_t Misses = 0;
  uint64_t Damaged = 0; ///< Entries that were not what had been written, and are removed.

  CacheCounts &operator+=(const CacheCounts &Other);
};

class CacheFolder {
public:
  /// \p Settings name a folder.
  explicit CacheFolder(CacheSettings Settings) : Settings(std::move(Settings)) {}

  /// What was written as \p Name. A damaged entry is removed, and counted in \p Counts.
  std::optional<std::string> read(llvm::StringRef Name, CacheCounts &Counts);
  /// Notes that \p Name was of use: what is of use the least is removed first.
  void touch(llvm::StringRef Name) const;
  /// Writes an entry, unless that has failed before.
  void write(llvm::StringRef Name, llvm::StringRef Payload);
  /// Why the first write failed, for people; empty if none did.
  llvm::StringRef trouble() const { return Trouble; }

  /// Removes \p Name.
  void remove(llvm::StringRef Name) const;
  /// Removes what is beyond the size, or was of no use for a month; once an hour, or \p Now.
  void prune(bool Now = false) const;
  /// Removes everything of the cache, and no other file. False if something is left.
  bool clear() const;

  struct Size {
    uint64_t Entries = 0, Bytes = 0;
  };
  Size size() const;

  /// Adds \p Run to what is kept across runs, and keeps it as the last run.
  void count(const CacheCounts &Run) const;
  struct Statistics {
    CacheCounts All, Last;
  };
  Statistics statistics() const;

private:
  std::string file(llvm::StringRef Name) const;
  std::error_code writeFile(const std::string &File, llvm::StringRef Bytes) const;

  const CacheSettings Settings;
  std::string Trouble;
};

} // namespace asynctidy
