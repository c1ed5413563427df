// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds a path through a body on which a value that a variable holds is never used.
#pragma once

#include "coroutine/Conditions.h"
#include "coroutine/VariableUse.h"
#include <map>
#include <tuple>

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

/// The losing paths of one body. What its searches have in common is computed once, and they share one budget, so that
/// the cost of a body stays in proportion to its size.
class LosingPaths {
public:
  explicit LosingPaths(const Body &In) : In(In) {}

  /// Searches for a path from \p Origin (the declaration of \p Variable, or an assignment to it) that ends the life of
  /// the value, which \p Made makes there, without a consuming use. Paths that never return are not followed, nor those
  /// that leave by an exception which is not caught while the variable lives, nor those on which the program asks about
  /// the value; conditions on the way that are written twice agree with each other. Nothing when every path uses the
  /// value, or when that cannot be told.
  std::optional<Loss> find(const clang::ValueDecl &Variable, const clang::Stmt *Origin, const clang::Expr *Made,
                           llvm::ArrayRef<VariableUse> Uses, EarlyExits Exits);

private:
  friend class LossSearch;
  /// Where paths without any further use of a variable can come to the end of a scope, by block and what is decided
  /// there. Does not depend on the variable, only on its scope, the block that gave it its value, and the exits.
  using Dead = std::map<std::pair<unsigned, Decisions>, bool>;

  const Body &In;
  std::unique_ptr<Flow> Ways;
  std::optional<Conditions> Known;
  bool Built = false;
  unsigned Budget = 1u << 18; ///< Steps that the searches of this body may take together.
  std::map<std::tuple<const clang::Stmt *, const clang::Stmt *, EarlyExits>, Dead> Ends;
};

} // namespace asynctidy
