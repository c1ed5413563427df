// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds handlers and retry loops in coroutines that take cancellation for any other failure.
#pragma once

#include "AsyncCheck.h"
#include "cancellation/Aftermath.h"
#include "cancellation/ErrorCode.h"

namespace asynctidy {

/// A handler around a suspension point that catches the library's cancellation and neither lets it out, nor asks
/// for it, nor ends the coroutine. Page: docs/checks/async-swallowed-cancellation.md
class SwallowedCancellationCheck final : public AsyncCheck {
public:
  SwallowedCancellationCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
                             std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  struct Swallow;
  const Cancellation &cancellationOf(const clang::CXXRecordDecl &Task, TranslationUnit &Unit);
  void checkTry(const clang::CXXTryStmt &Try, const Body &In, const Cancellation &What, TranslationUnit &Unit);
  bool isHarmless(Swallow &Found, const clang::CXXTryStmt &Try, const Body &In, const HandlerReader &Reader,
                  TranslationUnit &Unit) const;
  void reportSwallow(const Swallow &Found, const Body &In, const Cancellation &What);
  void reportRetry(const RetryOnAnyError &Found, const Body &In, const Cancellation &What);

  const Option<bool> InferLibraries;
  const Option<std::vector<Named>> CancellationTypes;
  const Option<std::vector<Named>> StopTests;
  const Option<bool> AllowFinalHandlers;
  const Option<bool> CheckTests;
  llvm::DenseMap<const clang::CXXRecordDecl *, std::unique_ptr<Cancellation>> Known;
  const TranslationUnit *KnownIn = nullptr;
};

} // namespace asynctidy
