// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options of all verbs that report findings, and how they do it.
#pragma once

#include "Verb.h"
#include "verbs/ColorOption.h"
#include "verbs/NewOnly.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace asynctidy {

class ReportOptions {
public:
  explicit ReportOptions(llvm::cl::SubCommand &Of);

  /// Whether the options make sense together; says what is wrong if not.
  bool verify() const;
  /// Lets \p Make find things and make the report, which calls its argument for each finding as it is decided; leaves
  /// out what is not new, prints the findings as text or writes the report in another format, as chosen, and says with
  /// what the process ends.
  ExitCode report(const std::string &Root,
                  llvm::function_ref<RunResult(llvm::function_ref<void(const Finding &)>)> Make) const;

private:
  llvm::cl::opt<std::string> FormatName;
  llvm::cl::opt<std::string> OutputFile;
  llvm::cl::opt<std::string> StoredFile;
  llvm::cl::opt<bool> Quiet;
  llvm::cl::opt<bool> StrictSuppressions;
  NewOnlyOptions NewOnly;
  ColorOption Color;
};

} // namespace asynctidy
