// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// async-unjoined-scope: scopes that are left with work in them.
#pragma once

#include "AsyncCheck.h"
#include "lost_work/OpenScope.h"

namespace asynctidy {

/// Finds scopes of tasks in local variables into which work is spawned and that some path leaves without joining them.
/// A scope that anybody else gets hold of is not reported. Page: docs/checks/async-unjoined-scope.md
class UnjoinedScopeCheck final : public AsyncCheck {
public:
  UnjoinedScopeCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  void reportOpen(const OpenScope &Open, const TaskScopes &Types, const Body &In, TranslationUnit &Unit);
  void explain(const OpenScope &Open);

  Option<bool> InferScopes;
};

} // namespace asynctidy
