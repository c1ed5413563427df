// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One call, constructor or operator use, with its arguments in the order knowledge files count them.
#pragma once

#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"
#include "clang/AST/ExprCXX.h"

namespace asynctidy {

class TranslationUnit;

class CallSite {
public:
  /// The call that \p S is, if it is one whose callee is known: a direct call, a constructor, or a virtual call
  /// whose target is exactly known (a final class or method, a local object, a qualified name).
  static std::optional<CallSite> of(const clang::Stmt *S);

  const clang::Expr *expression() const { return E; }
  const clang::FunctionDecl &callee() const { return *Callee; }
  /// The object of a member call; null for others.
  const clang::Expr *object() const { return Object; }
  llvm::ArrayRef<const clang::Expr *> arguments() const { return Arguments; }
  /// The argument at \p Index, or the object for Condition::Object; null if there is none.
  const clang::Expr *argument(int Index) const;

private:
  CallSite() = default;
  const clang::Expr *E = nullptr;
  const clang::FunctionDecl *Callee = nullptr;
  const clang::Expr *Object = nullptr;
  llvm::SmallVector<const clang::Expr *, 4> Arguments;
};

/// Whether the conditions of \p Fact let it apply at \p Site: none of `unless` holds and all of `only_if` do.
/// What cannot be told counts against the fact.
bool applies(const FunctionFact &Fact, const CallSite &Site, const Body &In, TranslationUnit &Unit);

} // namespace asynctidy
