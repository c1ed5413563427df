// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds a path through a body on which a value that a variable holds is never used.
#pragma once

#include "coroutine/VariableUse.h"

namespace asynctidy {

/// How a value is lost on a path.
struct Loss {
  enum class End { Scope, Overwritten };
  End How;
  const clang::Stmt *Where;     ///< For Overwritten: the assignment.
  const clang::Stmt *Condition; ///< The last choice that led away from every use: a condition, or a loop; may be null.
  enum class Taken { True, False, Case, Loop } Choice;
};

/// Which early exits count. A guard clause that leaves the scope of a variable before its value is used is how
/// work that does not start by itself is given up on purpose; work that runs already is lost by it.
enum class EarlyExits { Ignore, Count };

/// Searches the control flow graph of \p In for a path from \p Origin (the declaration of \p Variable, or an
/// assignment to it) that ends the life of the value without a consuming use. Paths that leave by an exception or
/// never return are not followed, nor those on which the program asks about the value; conditions on the way that
/// are written twice agree with each other. Nothing when every path uses the value, or when that cannot be told.
std::optional<Loss> findLoss(const clang::ValueDecl &Variable, const clang::Stmt *Origin,
                             llvm::ArrayRef<VariableUse> Uses, EarlyExits Exits, const Body &In);

} // namespace asynctidy
