// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Errors of awaited operations that are given as values: where they go, and what a test of them leads to.
#pragma once

#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"
#include <optional>

namespace asynctidy {

/// The error values of what one coroutine awaits.
class AwaitedErrors {
public:
  /// \p ErrorClass is the class of the values (boost::system::error_code).
  AwaitedErrors(const Body &In, const clang::CXXRecordDecl &ErrorClass, const Knowledge &Facts)
      : In(In), ErrorClass(ErrorClass), Facts(Facts) {}

  /// Where the error of \p P goes: an argument of its completion token, a structured binding, a variable. Null if its
  /// errors are thrown.
  const clang::ValueDecl *errorOf(const SuspensionPoint &P) const;
  /// Whether an error of \p P leads out of the loop round it, or out of the coroutine: it is tested after it.
  bool leadsOut(const SuspensionPoint &P) const;
  /// Whether \p If tests the error of \p P: it stands behind it, and no other call was given the variable meanwhile.
  bool isTestOf(const clang::IfStmt &If, const SuspensionPoint &P) const;
  /// Whether \p S stands in a branch that is taken when an awaited operation has failed, whatever the error.
  bool isAfterError(const clang::Stmt &S) const;

  /// `Error` or `!Error`, as a condition: whether it is negated. Nothing if \p Condition is another one.
  static std::optional<bool> isGeneralTest(const clang::Expr *Condition, const clang::ValueDecl &Error);
  /// Whether \p D is named in \p S.
  static bool mentions(const clang::Stmt *S, const clang::ValueDecl *D);
  /// Whether \p Branch leaves \p Loop on some path; the coroutine if that is null.
  bool leaves(const clang::Stmt *Branch, const clang::Stmt *Loop) const;

private:
  bool isError(clang::QualType T) const;
  const clang::ValueDecl *declared(const clang::Decl &D) const;
  const clang::ValueDecl *tied(const clang::Expr *Target) const;
  const clang::ValueDecl *redirected(const clang::Stmt *S) const;

  const Body &In;
  const clang::CXXRecordDecl &ErrorClass;
  const Knowledge &Facts;
};

} // namespace asynctidy
