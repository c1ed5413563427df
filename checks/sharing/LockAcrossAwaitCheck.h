// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds locks of a thread that a coroutine holds while it is suspended.
#pragma once

#include "AsyncCheck.h"
#include "sharing/HeldLock.h"

namespace asynctidy {

/// A lock that a thread owns, held at a suspension point: by a guard of any kind, or by hand. Locks made to be held
/// across a suspension, which are awaited, are none. Page: docs/checks/async-lock-across-await.md
class LockAcrossAwaitCheck final : public AsyncCheck {
public:
  LockAcrossAwaitCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
                       std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  void reportLock(const HeldLock &Lock, llvm::ArrayRef<const SuspensionPoint *> Crossed, const Body &In,
                  TranslationUnit &Unit);
  void offerRelease(const HeldLock &Lock, const SuspensionPoint &First, const Body &In, TranslationUnit &Unit);
  bool isAllowed(const SuspensionPoint &P) const;

  const Option<std::vector<Named>> GuardTypes;
  const Option<std::vector<Named>> AllowedTypes;
  const Option<std::vector<Named>> AllowedAwaitables;
};

} // namespace asynctidy
