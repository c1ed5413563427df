// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How heavy a finding is, and what else a report says that formats without a notion of it show as a finding.

#include "render/Weight.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MD5.h"

namespace asynctidy {

CheckInfo::Severity weight(const Finding &F) {
  if (F.Shown == Finding::Level::Error)
    return CheckInfo::Severity::Error;
  if (F.Check == UnusedSuppressionRule)
    return CheckInfo::Severity::Hint;
  const CheckInfo *Check = findCheck(F.Check);
  return Check ? Check->Hurts : CheckInfo::Severity::Warning;
}

llvm::StringRef weightIn(const Finding &F, llvm::StringRef Error, llvm::StringRef Warning, llvm::StringRef Hint) {
  switch (weight(F)) {
  case CheckInfo::Severity::Error:
    return Error;
  case CheckInfo::Severity::Warning:
    return Warning;
  case CheckInfo::Severity::Hint:
    return Hint;
  }
  llvm_unreachable("covered switch");
}

Finding asFinding(const UnusedSuppression &U) {
  Finding F;
  F.Check = UnusedSuppressionRule.str();
  F.At = U.At;
  F.Source = U.Source;
  F.Length =
      U.At.Column && U.At.Column <= U.Source.size() ? static_cast<unsigned>(U.Source.size()) - U.At.Column + 1 : 1;
  F.Message = llvm::formatv("this NOLINT names '{0}', which finds nothing here", U.Check);
  F.Edits = U.Edits;
  const std::string Known = F.Check + "\n" + U.Check + "\n" + U.Source;
  F.Fingerprint = std::string(llvm::MD5::hash(llvm::arrayRefFromStringRef(Known)).digest());
  return F;
}

std::vector<Finding> shown(const Report &Said) {
  std::vector<Finding> All;
  llvm::copy_if(Said.Findings, std::back_inserter(All), [](const Finding &F) { return !F.Suppressed; });
  llvm::transform(Said.Unused, std::back_inserter(All), asFinding);
  return All;
}

std::string incompleteness(const Report &Said) {
  if (Said.isComplete())
    return "";
  return llvm::formatv("the run is incomplete: {0} of {1} files were analysed{2}", Said.Done, Said.Files,
                       Said.IsUnlinked ? ", and calls from file to file not followed" : "");
}

std::string sentence(const Report::Problem &P) {
  return (name(P.How) + (P.Reason.empty() ? "" : ": ") + P.Reason).str();
}

std::vector<const Note *> steps(const Finding &F) {
  std::vector<const Note *> Way;
  for (const Note &N : F.Notes)
    if (N.Edits.empty() && N.At.isValid() && N.At != F.At)
      Way.push_back(&N);
  return Way;
}

} // namespace asynctidy
