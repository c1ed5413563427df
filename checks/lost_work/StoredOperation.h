// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations that local variables hold, and which of them are lost.
#pragma once

#include "coroutine/LosingPath.h"
#include "lost_work/PendingOperation.h"

namespace asynctidy {

/// An operation that was put into a variable and is lost there.
struct LostOperation {
  const clang::ValueDecl *Variable; ///< A local variable, a structured binding or an init-capture.
  PendingOperation Operation;
  bool FromInitialiser;     ///< Else from an assignment, or put into a container later.
  bool InContainer;         ///< The variable holds it among others, or for a lambda.
  bool Unused;              ///< Nothing names the variable at all.
  clang::QualType Guard;    ///< What awaiting would give, if that owns something while it lives and the
                            ///< variable is plainly meant to be it; else null.
  std::optional<Loss> Path; ///< How it is lost on some path; nothing if no path uses it.

  clang::SourceLocation location() const {
    return FromInitialiser ? Variable->getLocation() : Operation.Value->getBeginLoc();
  }
};

/// The operations that the variables of \p In lose, in source order. \p VoidIsMeant says that a cast to void is how
/// the author drops an operation on purpose.
std::vector<LostOperation> lostOperations(const Body &In, TranslationUnit &Unit, const PendingOperations &Operations,
                                          bool VoidIsMeant);

} // namespace asynctidy
