// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feeds arbitrary text to the readers of baselines, of `git diff` and of NOLINT comments. Whatever it is, there must be
// entries that are written as they were read, or a reason; lines from 1 on in order; and places that lie in the text.
#include "Baseline.h"
#include "GitChanges.h"
#include "NoLint.h"
#include "Tokens.h"

#include "llvm/ADT/STLExtras.h"
#include <cstdlib>

// LLVM itself is not instrumented: it does not keep up what the compiler marks as poison in containers and allocators.
extern "C" const char *__asan_default_options() { return "detect_container_overflow=0:allow_user_poisoning=0"; }

static void require(bool Condition) {
  if (!Condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  const std::string Text(reinterpret_cast<const char *>(Data), Size);
  std::string Why;
  if (auto Entries = asynctidy::parseBaseline(Text, Why)) {
    std::string Written;
    llvm::raw_string_ostream OS(Written);
    asynctidy::print(*Entries, OS);
    llvm::sort(*Entries);
    require(asynctidy::parseBaseline(Written, Why) == *Entries);
  } else {
    require(!Why.empty());
  }
  for (const auto &[File, Lines] : asynctidy::parseDiff(Text)) {
    require(!File.empty());
    for (const auto &[First, Last] : Lines.Ranges)
      require(First <= Last && Lines.contains(First) && Lines.contains(Last));
  }
  const asynctidy::Tokens Written(Text);
  const std::vector<asynctidy::NoLint> All = asynctidy::noLintsIn(Text);
  for (const asynctidy::NoLintScope &Scope : asynctidy::scopesOf(All, Text)) {
    require(Scope.Opens->Begin < Scope.Opens->End && Scope.Opens->End <= Size && Scope.Begin < Scope.End);
    const asynctidy::Tokens::Range Comment = Written.commentAt(Scope.Opens->Begin);
    require(Comment.Begin <= Scope.Opens->Begin && Comment.End <= Size);
    Written.statementAt(Scope.Begin);
  }
  return 0;
}
