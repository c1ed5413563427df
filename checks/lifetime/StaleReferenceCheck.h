// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds references and iterators into containers that may change while the coroutine that has them sleeps.
#pragma once

#include "AsyncCheck.h"
#include "lifetime/ContainerReference.h"

namespace asynctidy {

/// A reference, pointer or iterator into a container that is a member or lives as long as the program, used after a
/// suspension during which visible code may end it. Page: docs/checks/async-stale-reference.md
class StaleReferenceCheck final : public AsyncCheck {
public:
  StaleReferenceCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  const ContainerChanges &changes(TranslationUnit &Unit);
  void reportBorrow(const ContainerReference &Of, const Across::Use &Use, const ContainerChange &Change,
                    TranslationUnit &Unit);

  const Option<std::vector<Named>> AllowedContainers;
  const clang::ASTContext *Context = nullptr;
  std::unique_ptr<ContainerChanges> Changes; ///< Of Context.
};

} // namespace asynctidy
