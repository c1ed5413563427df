// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a handler does with an exception that means cancelled: whether anything of it gets out again.
#pragma once

#include "TranslationUnit.h"
#include "coroutine/Cancellation.h"

namespace asynctidy {

/// Reads handlers and the code around them for signs that cancellation is heeded.
class HandlerReader {
public:
  HandlerReader(const Cancellation &What, TranslationUnit &Unit) : What(What), Unit(Unit) {}

  const Cancellation &cancellation() const { return What; }
  /// Whether \p Handler throws, ends the program, asks whether the work was cancelled, or hands the exception on;
  /// itself or in a function it calls whose body is visible.
  bool letsOut(const clang::CXXCatchStmt &Handler) const;
  /// What \p Handler throws in place of what it caught, whatever that was: it ends with a throw, and nothing in it lets
  /// out, asks or hands on anything else. Null if it does not.
  const clang::CXXThrowExpr *replaces(const clang::CXXCatchStmt &Handler) const;
  /// Whether \p S, without what it consists of, heeds cancellation: a stop test, the use of a stored exception, a
  /// call that does not return, or the call of a visible function that does one of these.
  bool heeds(const clang::Stmt *S) const { return heeds(S, MaximalDepth); }
  /// The same for \p S and everything executed in it; a rethrow counts too.
  bool heedsAnywhere(const clang::Stmt *S) const { return reads(S, nullptr, MaximalDepth, /*InCallee=*/true); }

  /// Whether \p Exception occurs in \p S, as a whole or by its error value; with \p OrText also by its text.
  static bool mentions(const clang::Stmt *S, const clang::VarDecl *Exception, bool OrText);

private:
  static constexpr unsigned MaximalDepth = 3;
  bool heeds(const clang::Stmt *S, unsigned Depth) const;
  bool reads(const clang::Stmt *S, const clang::VarDecl *Exception, unsigned Depth, bool InCallee) const;
  bool readsTry(const clang::CXXTryStmt &Try, const clang::VarDecl *Exception, unsigned Depth, bool InCallee) const;
  bool handsOn(const clang::Stmt *S, const clang::VarDecl &Exception) const;

  const Cancellation &What;
  TranslationUnit &Unit;
};

} // namespace asynctidy
