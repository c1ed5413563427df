// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds tasks that outlive what the function which returns them holds.
#pragma once

#include "AsyncCheck.h"
#include "coroutine/Borrow.h"

namespace asynctidy {

/// A function that is no coroutine returns a task that refers to its own local variables, parameters or temporaries.
/// Page: docs/checks/async-dangling-task.md
class DanglingTaskCheck final : public AsyncCheck {
public:
  DanglingTaskCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  void reportReturned(const clang::Expr &Value, llvm::ArrayRef<Borrow> Dying, const Body &In, TranslationUnit &Unit);

  const Option<bool> TrustDeclarations;
};

} // namespace asynctidy
