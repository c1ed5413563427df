// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which classes are locks that a thread owns, and which objects hold one for as long as they live.
#pragma once

#include "coroutine/Awaitable.h"

namespace asynctidy {

/// How sure it is that a class is a lock, from how it is used.
enum class LockEvidence {
  Alone, ///< Nothing but its members: they must be those of a lock that can also be tried.
  Guard, ///< A guard is made for it.
};

/// Answers questions about locks of one translation unit.
class ThreadLocks {
public:
  ThreadLocks(const Awaitables &Types, const Knowledge &Facts) : Types(Types), Facts(Facts) {}

  /// Whether an object of \p Record is taken and given back by a thread: it has members such as lock() and unlock()
  /// that give nothing to await, and does not visibly do nothing.
  bool isLock(const clang::CXXRecordDecl *Record, LockEvidence Seen) const;
  /// Whether an object of \p T holds such a lock while it lives: knowledge or an attribute says so, its destructor is
  /// seen to unlock one, or it has a guard as a member. Guards made to be held across a suspension are none.
  bool isGuard(clang::QualType T) const;

  /// What a member function does with its object, a lock or a guard.
  enum class Role { Other, Takes, Tries, Gives };
  Role roleOf(const clang::FunctionDecl &Member) const;

private:
  bool isGuardClass(const clang::CXXRecordDecl &Record, unsigned Depth) const;
  bool unlocksAtEnd(const clang::CXXRecordDecl &Record) const;

  const Awaitables &Types;
  const Knowledge &Facts;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *, bool> Guards;
};

} // namespace asynctidy
