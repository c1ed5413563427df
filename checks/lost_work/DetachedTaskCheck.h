// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// async-detached-task: work that can fail, and nobody learns of it.
#pragma once

#include "AsyncCheck.h"
#include "lost_work/DetachedWork.h"
#include "summary/Failure.h"

namespace asynctidy {

/// Finds coroutines that are started and left to themselves although they are seen to fail in some way, which nobody is
/// told of: no handler, no handle, no scope. What is not seen to fail is not reported. Page:
/// docs/checks/async-detached-task.md
class DetachedTaskCheck final : public AsyncCheck {
public:
  DetachedTaskCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  std::optional<Failure> failure(const clang::FunctionDecl &Work, const clang::FunctionDecl &By, TranslationUnit &Unit);
  void reportForgetting(const clang::FunctionDecl &F, TranslationUnit &Unit);
  void reportStart(const DetachedWork &Work, const Failure &Why, const Body &In, TranslationUnit &Unit);
  void explain(const clang::FunctionDecl &Body, const Failure &Why);

  Option<bool> AllowCastToVoid;
  Option<std::vector<Named>> AllowedTasks;
  Option<bool> CheckTests;
};

} // namespace asynctidy
