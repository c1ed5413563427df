// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The findings that a project has accepted: the file that lists them, and which of them are there.
#pragma once

#include "Result.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace asynctidy {

/// The name of the baseline in the project's root, where the command line does not say another.
inline constexpr llvm::StringLiteral BaselineName = ".async-tidy-baseline.json";

/// A finding that was accepted.
struct BaselineEntry {
  std::string File;
  std::string Check;
  std::string Function;
  std::string Fingerprint; ///< See \ref Finding::Fingerprint.
  std::string Message;     ///< For people; it may change.

  auto operator<=>(const BaselineEntry &) const = default;
};

using Baseline = std::vector<BaselineEntry>;

/// Reads what \ref print writes; nothing, with the reason in \p Why, if \p Text is something else.
std::optional<Baseline> parseBaseline(llvm::StringRef Text, std::string &Why);
/// Writes \p Entries sorted, one a line, so that git can merge what several people have accepted.
void print(Baseline Entries, llvm::raw_ostream &OS);

/// Which finding is which entry.
struct BaselineMatch {
  /// For each finding its entry, or -1. Two findings never have the same.
  std::vector<int> EntryOf;
  std::vector<bool> Matched; ///< For each entry.
};

/// Finds \p Findings among \p Entries: those of the same file first, and then those of files that are no longer there,
/// as \p Exists tells, because they were renamed. Suppressed findings are none.
BaselineMatch match(llvm::ArrayRef<Finding> Findings, const Baseline &Entries,
                    llvm::function_ref<bool(llvm::StringRef)> Exists);

} // namespace asynctidy
