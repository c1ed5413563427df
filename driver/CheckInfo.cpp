// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of checks, with the pages compiled in.

#include "CheckInfo.h"
#include "knowledge/EmbeddedFile.h"
#include "llvm/ADT/STLExtras.h"

namespace asynctidy {
namespace {

#include "EmbeddedPages.inc"

/// The text of docs/checks/<Check>.md.
llvm::StringRef page(llvm::StringRef Check) { return embeddedText(EmbeddedFiles, Check.str() + ".md"); }

namespace spelled {
constexpr auto error = CheckInfo::Severity::Error;
constexpr auto warning = CheckInfo::Severity::Warning;
constexpr auto hint [[maybe_unused]] = CheckInfo::Severity::Hint;
constexpr bool on = true;
constexpr bool off [[maybe_unused]] = false;
constexpr auto none [[maybe_unused]] = CheckInfo::Fix::None;
constexpr auto safe = CheckInfo::Fix::Safe;
constexpr auto unsafe = CheckInfo::Fix::Unsafe;
constexpr auto both = CheckInfo::Fix::Both;
} // namespace spelled

} // namespace

llvm::ArrayRef<CheckInfo> checks() {
  static const CheckInfo All[] = {
#define ASYNC_CHECK(Class, Name, Folder, Severity, Default, Fix, Since)                                                \
  {Name, #Folder, spelled::Severity, spelled::Default, spelled::Fix, Since, page(Name)},
#include "Checks.def"
  };
  return All;
}

const CheckInfo *findCheck(llvm::StringRef Name) {
  const auto *Found = llvm::find_if(checks(), [&](const CheckInfo &Check) { return Check.Name == Name; });
  return Found == checks().end() ? nullptr : Found;
}

llvm::StringRef name(CheckInfo::Severity S) {
  constexpr llvm::StringLiteral Names[] = {"error", "warning", "hint"};
  return Names[static_cast<unsigned>(S)];
}

llvm::StringRef name(CheckInfo::Fix F) {
  constexpr llvm::StringLiteral Names[] = {"none", "safe", "unsafe", "both"};
  return Names[static_cast<unsigned>(F)];
}

} // namespace asynctidy
