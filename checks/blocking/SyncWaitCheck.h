// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds code on an event loop that waits for a task without co_await.
#pragma once

#include "blocking/LoopDelay.h"

namespace asynctidy {

/// Running or entering an event loop, or waiting synchronously for a task, directly or through any chain of visible
/// functions, in code that runs on an event loop. Page: docs/checks/async-sync-wait.md
class SyncWaitCheck final : public LoopDelayCheck {
public:
  SyncWaitCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

protected:
  bool wants(const Effect &E) const override;
  void ask(GraphRoot &Root) const override;
  Cure cure(const Effect &E, const Body &In, TranslationUnit &Unit) const override;
};

} // namespace asynctidy
