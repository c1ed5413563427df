// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which expressions make an operation that somebody has to await.
#pragma once

#include "TranslationUnit.h"

namespace asynctidy {

/// An expression whose value is an operation that waits to be awaited.
struct PendingOperation {
  const clang::Expr *Value;          ///< The expression that makes it.
  const clang::FunctionDecl *Callee; ///< The function that returns it; null for objects written in place.
  clang::QualType Type;
  const clang::CXXRecordDecl *Class; ///< Its awaitable class.
  TypeFact::Start Starts;
  std::string Advice; ///< From the user or from knowledge; may be empty.
};

/// What the user says about operations.
struct OperationRules {
  const std::vector<Named> &IgnoredTypes;
  const std::vector<Named> &IgnoredFunctions;
  const std::vector<Named> &ExtraAwaitables;
};

class PendingOperations {
public:
  PendingOperations(TranslationUnit &Unit, const OperationRules &Rules) : Unit(Unit), Rules(Rules) {}

  /// The operation that \p E is when it is looked at by itself: a call, a co_await that gives a task, a conversion, an
  /// object written in place, or a conditional operator one of whose arms is one. Nothing for values that may be
  /// dropped, and for handles to work that somebody else already runs.
  std::optional<PendingOperation> at(const clang::Expr *E) const;
  /// The operation that initialises or is assigned with \p E: like at, but only results of calls and awaits count,
  /// since an object that is written in place may be anything that can be awaited (an event, a timer), unless its class
  /// has nothing to hold. Seen through conversions from one awaitable to another and, in standard containers, through
  /// what is put into them.
  std::optional<PendingOperation> startedBy(const clang::Expr *E) const;
  /// The operation that \p Binding names in what a call returned.
  std::optional<PendingOperation> boundTo(const clang::BindingDecl &Binding) const;
  /// What each call of the lambda or function that \p Callable names makes, if that is an operation which does not run
  /// by itself.
  std::optional<PendingOperation> madeByCalling(const clang::Expr *Callable) const;
  /// Whether a variable of type \p T can hold operations: one, an array or standard container of them, or an
  /// aggregate with one among its members.
  bool canHold(clang::QualType T) const { return isAwaitable(T) || isContainer(T); }
  bool isContainer(clang::QualType T) const;
  bool isAwaitable(clang::QualType T) const;

private:
  bool isHolder(clang::QualType T) const;
  std::optional<PendingOperation> made(const clang::Expr *Value, clang::QualType Type,
                                       const clang::FunctionDecl *Callee) const;
  std::optional<PendingOperation> judged(const clang::Expr *Value, clang::QualType Type,
                                         const clang::FunctionDecl *Callee) const;
  std::optional<PendingOperation> givenBy(const clang::CoawaitExpr &Await) const;
  bool isRunBySomebody(const clang::Expr *Call, const clang::FunctionDecl &Callee, const clang::CXXRecordDecl &Class,
                       TypeFact::Start Starts) const;
  bool isHarmless(const clang::CXXRecordDecl &Class) const;

  TranslationUnit &Unit;
  const OperationRules Rules;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *, bool> Harmless;
};

} // namespace asynctidy
