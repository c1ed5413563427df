// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The word that a handler leaves for the code after it: a handler cannot await, so it sets a flag.
#pragma once

#include "coroutine/Body.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <optional>

namespace asynctidy {

/// The variables and members that tell after a try statement that an exception was caught: those that the handler
/// sets, and those that the try block sets last of all, so that they are not set.
class Word {
public:
  Word() = default;
  Word(const clang::CXXTryStmt &Try, const clang::CXXCatchStmt &Handler, const Body &In);

  /// Whether \p S mentions one of them.
  bool isIn(const clang::Stmt *S) const;
  /// Whether \p S mentions one that the handler assigns to.
  bool isSetByHandler(const clang::Stmt *S) const;
  /// Whether \p S is one of them whose value is known.
  bool isKnown(const clang::Stmt *S) const;
  /// What \p Condition is after the handler, as far as they decide it.
  std::optional<bool> truth(const clang::Expr *Condition) const;
  /// Whether \p Condition asks an object that the try block waits on, so that the answer decides it: yes makes it
  /// true if \p Whether, and false otherwise (`a.is_open()`, `!a.is_open()`).
  bool asksObject(const clang::Expr *Condition, bool Whether) const;

private:
  struct Entry {
    std::optional<bool> Value;
    bool ByHandler = false;
  };
  void readHandler(const clang::Stmt *S, bool Certain, unsigned Depth);
  void readTry(const clang::Stmt *S, const clang::SourceManager &Sources, clang::SourceLocation LastAwait);
  const Entry *entry(const clang::Stmt *S) const;

  llvm::DenseMap<const clang::ValueDecl *, Entry> Entries;
  llvm::SmallPtrSet<const clang::ValueDecl *, 4> Objects;   ///< A member of theirs is awaited.
  llvm::SmallPtrSet<const clang::ValueDecl *, 4> Arguments; ///< They are given to what is awaited.
  bool OwnState = false; ///< The handler calls a member function of its own object whose body is not visible.
};

} // namespace asynctidy
