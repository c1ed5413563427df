// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Callables that make an operation and are handed to something that drops what they return.
#pragma once

#include "lost_work/PendingOperation.h"

namespace asynctidy {

struct IgnoredCallable {
  PendingOperation Operation;       ///< What each call makes; its value is the callable.
  const clang::NamedDecl *CalledBy; ///< What calls it and drops the result (std::for_each), if that is known;
  clang::QualType HeldBy;           ///< else the type that calls it so (std::function<void()>).
};

/// The callable that \p S, a call or a conversion, takes and whose operations, which do not run by themselves, it
/// drops.
std::optional<IgnoredCallable> ignoredCallable(const clang::Stmt *S, const TranslationUnit &Unit,
                                               const PendingOperations &Operations);

} // namespace asynctidy
