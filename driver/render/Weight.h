// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How heavy a finding is, and what else a report says that formats without a notion of it show as a finding.
#pragma once

#include "CheckInfo.h"
#include "Result.h"

namespace asynctidy {

/// What the check says of itself, or error where WarningsAsErrors asks for it.
CheckInfo::Severity weight(const Finding &F);
/// What a format calls the weight of \p F.
llvm::StringRef weightIn(const Finding &F, llvm::StringRef Error, llvm::StringRef Warning, llvm::StringRef Hint);

/// The name under which a NOLINT comment that suppresses nothing is shown.
inline constexpr llvm::StringLiteral UnusedSuppressionRule = "unused-suppression";
/// The comment as a finding of the rule above, which weighs as much as a hint.
Finding asFinding(const UnusedSuppression &U);

/// Those that formats without suppressions show: what is not suppressed, and then the unused suppressions.
std::vector<Finding> shown(const Report &Said);

/// "3 of 5 files were analysed", if the run ended before its time; otherwise empty.
std::string incompleteness(const Report &Said);
/// "does not compile: no member named 'x'"
std::string sentence(const Report::Problem &P);

/// The notes that lead from the finding to what it is about: they stand elsewhere, and are no advice.
std::vector<const Note *> steps(const Finding &F);

} // namespace asynctidy
