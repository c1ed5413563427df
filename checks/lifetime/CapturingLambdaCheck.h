// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds lambda coroutines that read their captures when the closure is gone.
#pragma once

#include "AsyncCheck.h"
#include "lifetime/Closure.h"

namespace asynctidy {

/// A capturing lambda coroutine whose closure is destroyed before the task that it made has ended: the captures are
/// members of the closure, and no part of the coroutine's frame. Page: docs/checks/async-capturing-lambda.md
class CapturingLambdaCheck final : public AsyncCheck {
public:
  CapturingLambdaCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
                       std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  void reportOrphan(const clang::LambdaExpr &Lambda, const OrphanedTask &Orphan, const Body &In, TranslationUnit &Unit);
  void tellDeath(const clang::LambdaExpr &Lambda, const OrphanedTask &Orphan);

  const Option<bool> InferSpawners;
};

} // namespace asynctidy
