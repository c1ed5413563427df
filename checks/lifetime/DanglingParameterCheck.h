// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds arguments that die before the task that refers to them has ended.
#pragma once

#include "AsyncCheck.h"
#include "coroutine/Borrow.h"
#include "coroutine/TaskFate.h"

namespace asynctidy {

/// A call that binds a reference, pointer or view parameter of a coroutine, which uses it after a suspension, to
/// something that dies before the task has ended. Judged at the call: a task that is awaited in the expression that
/// makes it, or before what it refers to dies, is in order. Page: docs/checks/async-dangling-parameter.md
class DanglingParameterCheck final : public AsyncCheck {
public:
  DanglingParameterCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
                         std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  void reportArgument(const Borrow &B, const TaskFate &Fate, const Body &In, TranslationUnit &Unit);

  const Option<bool> TrustDeclarations;
};

} // namespace asynctidy
