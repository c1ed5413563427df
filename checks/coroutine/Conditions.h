// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conditions that a body asks more than once, and what is known about them on a path.
#pragma once

#include "coroutine/Body.h"
#include <set>
#include <utility>
#include <vector>

namespace clang {
class CFGBlock;
} // namespace clang

namespace asynctidy {

/// What was decided on a path so far: conditions, by a key for their text, and their values; ordered by key.
using Decisions = std::vector<std::pair<unsigned, bool>>;

/// The condition on which \p Block ends with a true and a false way out, in this order; null if it ends otherwise.
const clang::Expr *conditionOf(const clang::CFGBlock &Block);

/// Knows which conditions of a body are written more than once; only those are worth remembering. Whether what they
/// ask about changes in between is not looked at: a path that is wrongly believed impossible is merely not followed.
class Conditions {
public:
  Conditions(const clang::CFG &Graph, const clang::ASTContext &Context);

  /// Whether \p Condition can have \p Value after \p Decided.
  bool isPossible(const clang::Expr *Condition, bool Value, const Decisions &Decided) const;
  /// Adds to \p Decided that \p Condition has \p Value.
  void decide(const clang::Expr *Condition, bool Value, Decisions &Decided) const;
  /// Adds what the if statements around \p S say.
  void decideAround(const clang::Stmt *S, const Body &In, Decisions &Decided) const;

private:
  /// A condition as far as it can be recognised again, and whether the text at hand is its negation.
  struct Literal {
    unsigned Key;
    bool Negated;
  };
  Literal literal(const clang::Expr *Condition) const;

  const clang::ASTContext &Context;
  std::set<unsigned> Repeated;
};

} // namespace asynctidy
