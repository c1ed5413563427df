// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether a compile database says how to analyse the project, and what to do if it does not.
#pragma once

#include "HealthLine.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace asynctidy {

struct DatabaseHealth {
  std::string File; ///< The path of compile_commands.json.
  size_t Entries = 0;
  size_t Sources = 0;               ///< Different files that are listed.
  std::vector<std::string> Folders; ///< Those in which the files are, each once; absolute.
  std::vector<HealthLine> Lines;    ///< In the order in which they should be cured.

  bool isUsable() const {
    return llvm::none_of(Lines, [](const HealthLine &L) { return L.How == HealthLine::Level::Problem; });
  }
};

/// The nearest compile_commands.json in the folder \p Start or above, in each case there or in build/ there.
std::optional<std::string> findDatabase(llvm::StringRef Start);

/// Looks at what \p Place, a folder or the file in it, says. Where there is nothing, that is the problem.
DatabaseHealth inspectDatabase(llvm::StringRef Place);
/// The same for the content of the file \p File.
DatabaseHealth inspectDatabase(llvm::StringRef Text, llvm::StringRef File);
/// That no database was found in or above the folder \p Start.
HealthLine noDatabase(llvm::StringRef Start);

} // namespace asynctidy
