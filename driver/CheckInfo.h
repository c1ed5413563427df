// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is known about each check without running it: the lines of Checks.def and the pages of docs/checks.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace asynctidy {

struct CheckInfo {
  enum class Severity { Error, Warning, Hint };
  enum class Fix { None, Safe, Unsafe, Both };

  llvm::StringRef Name;   ///< "async-blocking-call"
  llvm::StringRef Folder; ///< "blocking"
  Severity Hurts;         ///< How much a true finding hurts.
  bool Default;           ///< Whether it is in the recommended set.
  Fix Fixes;
  llvm::StringRef Since; ///< First version that has it.
  llvm::StringRef Page;  ///< Its page, Markdown.
};

/// All checks, in the order of Checks.def.
llvm::ArrayRef<CheckInfo> checks();
/// The check called \p Name; null if there is none.
const CheckInfo *findCheck(llvm::StringRef Name);

llvm::StringRef name(CheckInfo::Severity S);
llvm::StringRef name(CheckInfo::Fix F);

} // namespace asynctidy
