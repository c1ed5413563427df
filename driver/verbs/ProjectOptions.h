// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options of all verbs that analyse files.
#pragma once

#include "Run.h"
#include "Verb.h"
#include "verbs/CacheOptions.h"

namespace asynctidy {

class ProjectOptions {
public:
  explicit ProjectOptions(llvm::cl::SubCommand &Of);

  /// Opens the project that the options mean and holds its configuration against what there is. Nothing, with the
  /// reasons and cures on standard error, if something is wrong.
  std::optional<OpenedProject> open() const;
  /// The same without the files of a compile database, which a plan has.
  std::optional<OpenedProject> openWithoutDatabase() const;
  /// The folder that paths in reports are relative to.
  std::string root() const { return findRoot(Root); }

private:
  std::optional<OpenedProject> open(Project Files) const;

  llvm::cl::list<std::string> Names;
  llvm::cl::opt<std::string> Database;
  llvm::cl::opt<std::string> Root;
  llvm::cl::opt<std::string> Checks;
  llvm::cl::opt<std::string> Config;
  llvm::cl::opt<std::string> ConfigFile;
  llvm::cl::opt<std::string> HeaderFilter;
  llvm::cl::opt<bool> SkipUnlisted;
  llvm::cl::opt<unsigned> Jobs;
  llvm::cl::opt<double> Timeout;
  CacheOptions Cached;
  llvm::cl::opt<bool> NoCache;
};

/// What a run with the report \p Said ends with, if nothing else went wrong.
ExitCode exitCodeOf(const Report &Said);

/// The arguments of the command line after "--", which main has taken away.
struct CompilerArguments {
  static std::vector<std::string> &get();
  static bool &given();
};

} // namespace asynctidy
