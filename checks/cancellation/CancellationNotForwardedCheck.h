// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds coroutines that keep to themselves that they are to stop.
#pragma once

#include "AsyncCheck.h"
#include "cancellation/TokenSlot.h"
#include "coroutine/StopToken.h"

namespace asynctidy {

/// A coroutine with a stop token that awaits something which takes one, and does not pass it on; and one that never
/// uses its token. Page: docs/checks/async-cancellation-not-forwarded.md
class CancellationNotForwardedCheck final : public AsyncCheck {
public:
  CancellationNotForwardedCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
                                std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  bool checkCalls(const clang::ParmVarDecl &Token, const TokenUses &Uses, const Body &In, TranslationUnit &Unit);
  void reportCall(const CallSite &Site, const TokenSlot &Slot, const clang::ParmVarDecl &Token, const Body &In,
                  TranslationUnit &Unit);
  void checkUnused(const clang::ParmVarDecl &Token, const Body &In, TranslationUnit &Unit);
  void noteInference(const clang::ParmVarDecl &Token, TranslationUnit &Unit);

  const Option<std::vector<Named>> AllowedFunctions;
  const Option<bool> UnusedTokens;
  const Option<bool> InferTokens;
  const Option<bool> CheckTests;
};

} // namespace asynctidy
