// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a coroutine has in hand of containers that others can reach.
#pragma once

#include "coroutine/Across.h"
#include "lifetime/ContainerChanges.h"

namespace asynctidy {

/// A reference, pointer or iterator that a local variable holds, or the hidden iterator of a loop.
struct ContainerReference {
  const clang::VarDecl *Variable = nullptr;     ///< For a structured binding the whole of it; the loop's is hidden.
  const clang::CXXForRangeStmt *Loop = nullptr; ///< Null unless it is a loop's.
  const clang::ValueDecl *Container;
  BorrowKind Kind;
  std::vector<Stretch> Held;                      ///< Once for each place that gives the variable such a value.
  llvm::SmallPtrSet<const clang::Stmt *, 8> Uses; ///< What needs it to be valid.

  clang::SourceLocation location() const { return Loop ? Loop->getForLoc() : Variable->getLocation(); }
};

/// The borrows of \p In in source order. A variable that gets a new value holds a new borrow, and one whose container
/// is asked again about a key is in good hands.
std::vector<ContainerReference> containerReferencesIn(const Body &In, const Knowledge &Facts);

} // namespace asynctidy
