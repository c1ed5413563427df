// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a task that a call makes refers to and does not own. A coroutine keeps its parameters: those that are
// references, pointers or views must not dangle when it uses them after a suspension, nor must the object it is a
// member of, the closure of a lambda that is a coroutine, and what a lambda captured by reference.
#pragma once

#include "coroutine/Origin.h"

namespace asynctidy {

class TranslationUnit;

/// Something that a task refers to beyond the call that made it.
struct Borrow {
  enum class By {
    Argument, ///< A reference, pointer or view parameter is bound to it.
    Object,   ///< The task is a member function of it.
    Closure,  ///< It is the closure of the lambda that is the coroutine.
    Capture,  ///< A lambda that the task is, or holds, captured it by reference.
  };
  By How;
  Origin From;                       ///< Whose life decides.
  const clang::Expr *Site;           ///< The argument, object or lambda at the call.
  const clang::CallExpr *Call;       ///< The call that makes the task.
  const clang::FunctionDecl *Callee; ///< The coroutine that uses it, which \p Call may reach through other functions.
  const clang::ParmVarDecl *Parameter = nullptr; ///< For Argument: the parameter of Callee.
  /// The suspension before its use; null if the coroutine starts suspended, or its body is not visible.
  const clang::Expr *Suspension = nullptr;
  const clang::Expr *Use = nullptr; ///< Where Callee uses it; null if its body is not visible.
};

class Borrows {
public:
  explicit Borrows(TranslationUnit &Unit) : Unit(Unit) {}

  /// What the task that \p Call makes borrows. A callee whose body is not visible is taken to keep what it is given
  /// only where its declaration makes that likely: it returns a task that starts when it is awaited. Functions whose
  /// bodies show that they only pass on are seen through. What is borrowed by a task among the arguments belongs to
  /// the call that makes that one.
  std::vector<Borrow> ofCall(const clang::CallExpr &Call, const Body &In);
  /// What the task that \p E gives borrows: like ofCall, and with what the tasks among the arguments borrow that it
  /// takes over (`when_all(f(a), g(b))`); seen through conditional operators, and variables that hold the task until
  /// it is named here.
  std::vector<Borrow> ofValue(const clang::Expr *E, const Body &In);

private:
  /// Something that the task which a function returns keeps of what the function was given.
  struct Kept {
    Borrow::By How;
    unsigned Parameter = 0;                   ///< For Argument.
    const clang::VarDecl *Captured = nullptr; ///< For Capture.
    bool Value = false;                       ///< The parameter's value itself moves into the task.
    bool Copied = false; ///< The parameter is a reference to a view, and the view is copied into the task.
    const clang::FunctionDecl *Callee = nullptr;
    const clang::ParmVarDecl *Used = nullptr; ///< The parameter of Callee.
    const clang::Expr *Suspension = nullptr;
    const clang::Expr *Use = nullptr;
  };
  struct Loan : Borrow {
    bool Value = false;
  };
  class Collector;

  const std::vector<Kept> &keptBy(const clang::FunctionDecl &Definition);
  std::vector<Kept> keptByCoroutine(const Body &In);
  std::vector<Kept> keptByFunction(const Body &In);
  std::vector<Kept> keptByDeclaration(const clang::CallExpr &Call, const clang::FunctionDecl &Callee);

  TranslationUnit &Unit;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<std::vector<Kept>>> Known;
  unsigned Depth = 0;
};

/// Whether what \p B borrows dies by itself in the function that lends it: a temporary, a local variable, a parameter
/// by value.
bool dies(const Borrow &B);

} // namespace asynctidy
