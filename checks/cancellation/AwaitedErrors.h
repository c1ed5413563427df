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
  AwaitedErrors(const Body &In, const clang::CXXRecordDecl &ErrorClass, const Knowledge &Facts);

  /// Where the error of \p P goes: an argument of its completion token, a structured binding, a variable. Null if its
  /// errors are thrown.
  const clang::ValueDecl *errorOf(const SuspensionPoint &P) const { return Errors.lookup(P.Site); }
  /// Whether an error of \p P, cancellation among them, is thrown. A value that nobody looks at is not.
  bool throws(const SuspensionPoint &P) const;
  /// The `if` statements whose condition names \p D, in source order.
  llvm::ArrayRef<const clang::IfStmt *> testsOf(const clang::ValueDecl *D) const;
  /// Whether \p If, one of testsOf(errorOf(P)), tests the error of \p P: it stands behind it, and no other call was
  /// given the variable meanwhile.
  bool isTestOf(const clang::IfStmt &If, const SuspensionPoint &P) const;
  /// Whether a failure of \p P, whatever the error, leads out of \p Loop on every path; out of the coroutine if that is
  /// null.
  bool leadsOut(const SuspensionPoint &P, const clang::Stmt *Loop) const;
  /// Whether \p S stands in a branch that is taken when an awaited operation has failed, whatever the error.
  bool isAfterError(const clang::Stmt &S) const;

  /// `Error` or `!Error`, as a condition: whether it is negated. Nothing if \p Condition is another one.
  static std::optional<bool> isGeneralTest(const clang::Expr *Condition, const clang::ValueDecl &Error);
  /// Whether \p D is named in \p S.
  static bool mentions(const clang::Stmt *S, const clang::ValueDecl *D);
  /// Whether \p Branch leaves \p Loop on some path.
  bool leaves(const clang::Stmt *Branch, const clang::Stmt *Loop) const;

private:
  bool isError(clang::QualType T) const;
  const clang::ValueDecl *find(const SuspensionPoint &P) const;
  const clang::ValueDecl *declared(const clang::Decl &D) const;
  const clang::ValueDecl *tied(const clang::Expr *Target) const;
  const clang::ValueDecl *redirected(const clang::Stmt *S) const;
  void indexNames(const clang::Stmt *S, const clang::IfStmt &If);
  bool isGivenBetween(const clang::ValueDecl *Error, const SuspensionPoint &P, size_t End) const;
  bool alwaysLeaves(const clang::Stmt *Branch, const clang::Stmt *Loop) const;
  bool alwaysLeavesAfter(const clang::Stmt *S, const clang::Stmt *Loop) const;

  const Body &In;
  const clang::CXXRecordDecl &ErrorClass;
  const Knowledge &Facts;
  llvm::DenseMap<const clang::Expr *, const clang::ValueDecl *> Errors;
  llvm::DenseMap<const clang::ValueDecl *, std::vector<const clang::IfStmt *>> Tests;
  /// The positions of the calls that are given a variable, in source order.
  llvm::DenseMap<const clang::ValueDecl *, std::vector<size_t>> Calls;
};

} // namespace asynctidy
