// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who names a function, in the user's code of one translation unit.
#pragma once

#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"
#include "llvm/ADT/SmallVector.h"

namespace asynctidy {

class TranslationUnit;

/// Every place in a function body of the user's that names a function; collected by one walk over the translation
/// unit. All instantiations of a template count as one function.
class References {
public:
  struct Use {
    const clang::FunctionDecl *In;
    const clang::Expr *Site; ///< DeclRefExpr or MemberExpr.
  };

  explicit References(TranslationUnit &Unit);
  llvm::ArrayRef<Use> of(const clang::FunctionDecl &F) const;
  /// Every function with a body of the user's, lambdas and instantiations included.
  llvm::ArrayRef<const clang::FunctionDecl *> functions() const { return Functions; }
  /// Whether the main file is there for tests: it has a test case of a known framework, and its name or its folder's
  /// says so too (production code may have test cases among it).
  bool areTests() const { return Tests; }

private:
  class Collector;
  llvm::DenseMap<const clang::Decl *, llvm::SmallVector<Use, 2>> Found;
  std::vector<const clang::FunctionDecl *> Functions;
  bool Tests = false;
};

/// Whether \p F is or lies in a function or class that a testing framework makes of a test case.
bool isInTestScope(const clang::FunctionDecl &F, const Knowledge &Facts);

/// The declaration that all declarations and instantiations of \p F have in common.
const clang::Decl *commonDeclaration(const clang::FunctionDecl &F);

} // namespace asynctidy
