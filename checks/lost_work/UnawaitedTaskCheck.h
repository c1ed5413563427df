// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds operations that nobody awaits.
#pragma once

#include "AsyncCheck.h"
#include "lost_work/IgnoredCallable.h"
#include "lost_work/StoredOperation.h"

namespace asynctidy {

/// An awaitable that is dropped, by hand or by who calls for it, or stored in a local variable and lost on every or
/// some path. Page: docs/checks/async-unawaited-task.md
class UnawaitedTaskCheck final : public AsyncCheck {
public:
  UnawaitedTaskCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  void reportDropped(const PendingOperation &Operation, const Body &In, TranslationUnit &Unit);
  void reportStored(const LostOperation &Lost, const Body &In, TranslationUnit &Unit);
  void reportIgnored(const IgnoredCallable &Ignored, const Body &In, TranslationUnit &Unit);
  void explain(clang::SourceLocation Loc, const PendingOperation &Operation, const Body &In);

  const Option<bool> AllowCastToVoid;
  const Option<std::vector<Named>> IgnoredTypes;
  const Option<std::vector<Named>> IgnoredFunctions;
  const Option<std::vector<Named>> ExtraAwaitables;
  const Option<bool> CheckTests;
};

} // namespace asynctidy
