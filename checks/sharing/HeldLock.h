// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The locks that a body takes, and from where to where it holds each.
#pragma once

#include "TranslationUnit.h"
#include "coroutine/Across.h"

namespace asynctidy {

/// A lock that is held by a guard, or by hand.
struct HeldLock {
  const clang::VarDecl *Guard = nullptr; ///< The variable that holds it, or null.
  const clang::Expr *Site = nullptr;     ///< Without a variable: the temporary, or the call that takes the lock.
  std::string Name;                      ///< Of the guard, of the lock, or of the temporary's class.
  enum class Kind { Guard, Listed, ByHand, Temporary } What = Kind::Guard;
  llvm::StringRef Advice;       ///< The reason that was given with a listed class.
  std::vector<Stretch> Held;    ///< Once for each place that takes it.
  bool IsUsedElsewhere = false; ///< Whether the body does anything with the guard itself.

  clang::SourceLocation location() const { return Guard ? Guard->getLocation() : Site->getBeginLoc(); }
};

/// The locks of \p In in source order. \p Listed are further classes whose objects must not live across a suspension.
/// A lock that is handed to code that may unlock it is not held any more.
std::vector<HeldLock> locksHeldIn(const Body &In, TranslationUnit &Unit, const std::vector<Named> &Listed);

} // namespace asynctidy
