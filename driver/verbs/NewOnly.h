// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options that leave out findings which are not new: the baseline, and --new-from.
#pragma once

#include "Baseline.h"
#include "GitChanges.h"
#include "Run.h"
#include "llvm/Support/CommandLine.h"

namespace asynctidy {

/// --baseline, and the file it means.
class BaselineFile {
public:
  explicit BaselineFile(llvm::cl::SubCommand &Of);

  bool isGiven() const { return Given.getNumOccurrences() != 0; }
  /// The path of the file, for a project in \p Root.
  std::string path(llvm::StringRef Root) const;
  /// What is in it; nothing, with the reason and the cure on standard error, if it cannot be read. \p MayBeMissing:
  /// then there are no entries.
  std::optional<Baseline> load(llvm::StringRef Root, bool MayBeMissing) const;

private:
  llvm::cl::opt<std::string> Given;
};

/// Leaves out what is not new.
class NewOnly {
public:
  /// Whether it may leave something out, which can be told only when the run is done.
  bool isActive() const { return !Accepted.empty() || Changed; }
  /// Takes the findings that are not new out of the report, and tells on standard error which entries are stale.
  void apply(RunResult &Done) const;

private:
  friend class NewOnlyOptions;
  Baseline Accepted;
  std::optional<ChangedFiles> Changed;
};

class NewOnlyOptions {
public:
  explicit NewOnlyOptions(llvm::cl::SubCommand &Of);
  /// Reads what the options mean; nothing, with the reason and the cure on standard error, if that fails.
  std::optional<NewOnly> open(const std::string &Root) const;

private:
  BaselineFile File;
  llvm::cl::opt<bool> Ignore;
  llvm::cl::opt<std::string> Revision;
};

} // namespace asynctidy
