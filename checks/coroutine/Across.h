// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a coroutine carries over its suspension points: a lock that it holds, a reference that it keeps.
#pragma once

#include "coroutine/Awaitable.h"
#include "coroutine/Conditions.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace asynctidy {

/// Something that begins at one place of a body and lasts until another.
struct Stretch {
  const clang::VarDecl *Declared = nullptr;       ///< It begins behind the declaration of this variable,
  const clang::Stmt *Begin = nullptr;             ///< or behind this; if both are null, with the body.
  const clang::Stmt *Scope = nullptr;             ///< It ends where control leaves this; null: with the body.
  llvm::SmallPtrSet<const clang::Stmt *, 4> Ends; ///< It ends where one of these is executed.
  llvm::SmallDenseMap<const clang::Expr *, bool, 2> EndsWhen; ///< It ends where such a condition has this value.
};

/// Answers which suspension points lie within a stretch. What the questions about one body have in common is computed
/// once, and they share one budget, so that the cost of a body stays in proportion to its size. Awaits that never
/// suspend are none; paths on which an exception is thrown by a call are not followed, nor those that no answers to
/// conditions written twice allow.
class Across {
public:
  Across(const Body &In, const Awaitables &Types) : In(In), Types(Types) {}

  /// The suspension points that are reached while \p S lasts, in source order; none when that cannot be told.
  std::vector<const SuspensionPoint *> suspensions(const Stretch &S);

  /// One of several statements, and a suspension point on a way to it.
  struct Use {
    const SuspensionPoint *Across;
    const clang::Stmt *Site;
  };
  /// The nearest of \p Sites that is executed while \p S lasts and behind a suspension point in it; nothing when there
  /// is none or that cannot be told.
  std::optional<Use> firstUse(const Stretch &S, const llvm::SmallPtrSetImpl<const clang::Stmt *> &Sites);

private:
  using Visit = llvm::function_ref<bool(const SuspensionPoint *Across, const clang::Stmt *S)>;
  bool build();
  void walk(const Stretch &S, Visit Executes);

  const Body &In;
  const Awaitables &Types;
  std::unique_ptr<Flow> Ways;
  std::optional<Conditions> Known;
  llvm::DenseMap<const clang::Stmt *, const SuspensionPoint *> Suspending;
  bool Built = false;
  unsigned Budget = 1u << 20; ///< Statements that the walks of this body may look at together.
};

} // namespace asynctidy
