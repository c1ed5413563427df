// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts the results of files together to a report.
#pragma once

#include "Result.h"
#include <set>

namespace asynctidy {

/// Collects results in the order of the compile database, whatever the order in which they come, and drops what is
/// seen twice through headers.
class Session {
public:
  /// \p Files results are to come; \p IsWhole: they are all of the project's.
  Session(std::string Root, size_t Files, bool IsWhole)
      : Root(std::move(Root)), Results(Files), Known(Files), IsWhole(IsWhole) {}

  /// Takes the result of file number \p Which. Calls \p Visit for each new finding of it and of those that had to wait
  /// for it.
  void add(size_t Which, FileResult Result, llvm::function_ref<void(const Finding &)> Visit);
  /// Links what is there, unless it is interrupted, and makes the report. Calls \p Visit for the findings that the link
  /// has decided.
  Report finish(llvm::function_ref<void(const Finding &)> Visit);

  /// All results, when the report is made.
  std::vector<FileResult> takeResults() { return std::move(Results); }

private:
  /// Where a finding stands and what it is: two of the same are one, whatever way led there.
  using Identity = std::tuple<std::string, unsigned, std::string>;
  bool take(const Finding &Said);

  const std::string Root;
  std::vector<FileResult> Results;
  std::vector<bool> Known;
  const bool IsWhole;
  size_t Told = 0; ///< All before it are known and told.
  std::vector<Finding> Findings;
  std::set<Identity> Seen;
};

/// Gives every finding what it is recognised by when lines move or files are renamed.
void fingerprint(std::vector<Finding> &Findings);

} // namespace asynctidy
