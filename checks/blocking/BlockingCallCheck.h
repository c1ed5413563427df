// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds calls that block the thread of an event loop.
#pragma once

#include "blocking/LoopDelay.h"

namespace asynctidy {

/// A set of BlockKind, written as names separated by semicolons.
struct KindSet {
  unsigned Bits = 0;
  bool contains(BlockKind Kind) const { return Bits >> static_cast<unsigned>(Kind) & 1; }
};
Complaint parseOption(llvm::StringRef Text, KindSet &Value);
std::string printOption(const KindSet &Value);

/// A call that blocks the thread, directly or through any chain of visible functions, in code that runs on an
/// event loop: a coroutine, or a callable that a loop runs. Page: docs/checks/async-blocking-call.md
class BlockingCallCheck final : public LoopDelayCheck {
public:
  BlockingCallCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

protected:
  bool wants(const Effect &E) const override;
  void ask(GraphRoot &Root) const override;
  Cure cure(const Effect &E, const Body &In, TranslationUnit &Unit) const override;

private:
  const Option<KindSet> Kinds;
  const Option<std::vector<Named>> BlockingFunctions;
};

} // namespace asynctidy
