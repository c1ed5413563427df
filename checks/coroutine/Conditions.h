// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conditions that a body asks more than once, and what is known about them on a path.
#pragma once

#include "coroutine/Flow.h"
#include <utility>
#include <vector>

namespace asynctidy {

/// What was decided on a path so far: conditions, by a key for their text, and their values; ordered by key.
using Decisions = std::vector<std::pair<unsigned, bool>>;

/// The condition on which \p Block ends with a true and a false way out, in this order; null if it ends otherwise.
const clang::Expr *conditionOf(const clang::CFGBlock &Block);

/// Knows which conditions of a body are written more than once and give the same answer each time: those that only
/// look, as long as nothing on the way changes what they look at. Only those are worth remembering.
class Conditions {
public:
  explicit Conditions(const Flow &Ways);

  /// Whether \p Block, which ends with a condition, can be left with its \p Value after \p Decided; adds what this
  /// says.
  bool take(const clang::CFGBlock &Block, bool Value, Decisions &Decided) const;
  /// What is known where \p S is executed: the if statements and conditional operators around it, and constants
  /// assigned right before it.
  Decisions decideAround(const clang::Stmt *S) const;
  /// Removes from \p Decided what the elements of \p Block from \p First on change, and adds what they set.
  void pass(const clang::CFGBlock &Block, unsigned First, Decisions &Decided) const;
  /// Removes from \p Decided what is never asked again from \p Block on.
  void forget(const clang::CFGBlock &Block, Decisions &Decided) const;

private:
  /// A condition as far as it can be recognised again, and whether the text at hand is its negation.
  struct Literal {
    unsigned Key = 0;
    bool Negated = false;
  };
  /// An element that changes a variable or member.
  struct Change {
    unsigned Index; ///< In its block.
    unsigned At;    ///< In source order.
    const clang::ValueDecl *What;
    const clang::Stmt *Site;
    std::optional<bool> To; ///< The constant it is set to, for bool.
  };

  bool isPossible(const clang::Expr *Condition, bool Value, const Decisions &Decided) const;
  void decide(const clang::Expr *Condition, bool Value, Decisions &Decided) const;
  Literal literal(const clang::Expr *Condition) const;
  void findChanges(const clang::Stmt *S, llvm::function_ref<void(const clang::ValueDecl *, std::optional<bool>)> Add);
  void apply(const Change &C, Decisions &Decided) const;
  void set(unsigned Key, bool Value, Decisions &Decided) const;

  const Flow &Ways;
  const clang::ASTContext &Context;
  mutable llvm::DenseMap<const clang::Expr *, Literal> Literals;
  llvm::DenseMap<unsigned, unsigned> Until; ///< The conditions worth remembering, and to which position.
  llvm::DenseMap<const clang::ValueDecl *, llvm::SmallVector<unsigned, 2>> Mentions; ///< In which conditions.
  std::vector<llvm::SmallVector<Change, 0>> Changes;                                 ///< By block.
  std::vector<const Change *> InOrder;                                               ///< In source order.
};

} // namespace asynctidy
