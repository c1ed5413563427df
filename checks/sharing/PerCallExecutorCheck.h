// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds pools, loops, threads and processes made for one call.
#pragma once

#include "AsyncCheck.h"
#include "summary/CallPath.h"

namespace asynctidy {

/// A thread pool, process pool, event loop or bare thread that is created in a coroutine, or in a function reached
/// from one, used for that call and torn down with it. Page: docs/checks/async-per-call-executor.md
class PerCallExecutorCheck final : public AsyncCheck {
public:
  PerCallExecutorCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
                       std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  bool isAllowed(const Effect &Leaf) const;
  void reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit);
  void explain(const Effect &Leaf, TranslationUnit &Unit);
  void deferCreations(const clang::FunctionDecl &F, TranslationUnit &Unit);
  void deferRoot(const LoopCode &Root, TranslationUnit &Unit);

  const Option<std::vector<Named>> AllowedTypes;
  const Option<std::vector<Named>> AllowedFunctions;
  const Option<bool> InferExecutors;
  const Option<bool> CheckTests;
};

} // namespace asynctidy
