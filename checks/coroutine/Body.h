// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The body of one function as the statements that run when it is called: what every check walks, walked once.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>
#include <vector>

namespace clang {
class CFG;
} // namespace clang

namespace asynctidy {

/// A place where a coroutine may give up its thread. Only those the user wrote: the compiler's awaits of the
/// initial and final suspend are left out.
struct SuspensionPoint {
  enum class Kind { Await, Yield };
  /// CoawaitExpr, DependentCoawaitExpr or CoyieldExpr.
  const clang::Expr *Site;
  /// What is awaited or yielded, as written, without parentheses.
  const clang::Expr *Operand;
  Kind What;
};

/// Whether \p S is a loop; `do ... while (0)` goes round once and is none.
bool isLoop(const clang::Stmt *S);

/// The condition of \p Loop; null if it has none.
const clang::Expr *loopCondition(const clang::Stmt *Loop);

/// The statements of one function body that are executed when the function runs. Bodies of lambdas inside it
/// belong to the lambdas; unevaluated operands, discarded branches of `if constexpr` and the machinery that the
/// compiler adds to a coroutine are left out; default arguments, default member initialisers and constructor
/// initialisers are in.
class Body {
public:
  Body(const clang::FunctionDecl &Function, clang::ASTContext &Context);
  ~Body();

  const clang::FunctionDecl &function() const { return Function; }
  /// The body as the user wrote it.
  const clang::Stmt *root() const { return Root; }
  bool isCoroutine() const { return Coroutine != nullptr; }
  /// Null unless isCoroutine().
  const clang::CoroutineBodyStmt *coroutine() const { return Coroutine; }
  /// The class that the coroutine returns (task<int>), or that of its promise if it returns none; null if unknown or no
  /// coroutine.
  const clang::CXXRecordDecl *task() const;

  /// Every executed expression and statement, parents before children, in source order.
  llvm::ArrayRef<const clang::Stmt *> statements() const { return Statements; }
  llvm::ArrayRef<SuspensionPoint> suspensions() const { return Suspensions; }
  /// The suspension point whose site is \p S; null if there is none or it is not executed.
  const SuspensionPoint *suspensionAt(const clang::Stmt *S) const;
  /// Those in the block of \p Try; in a handler there are none.
  llvm::ArrayRef<SuspensionPoint> suspensionsIn(const clang::CXXTryStmt &Try) const;
  /// Lambdas written directly in this body, in source order.
  llvm::ArrayRef<const clang::LambdaExpr *> lambdas() const { return Lambdas; }
  llvm::ArrayRef<const clang::CXXTryStmt *> tries() const { return Tries; }
  /// Local variables, static ones included.
  llvm::ArrayRef<const clang::VarDecl *> locals() const { return Locals; }

  /// The local variables that are alive where \p S runs: declared before it in the blocks around it, or in the
  /// conditions and initialisers of the statements around it.
  std::vector<const clang::VarDecl *> localsAliveAt(const clang::Stmt *S) const;
  /// Whether a suspension point before \p S awaits something about \p Variable.
  bool isAwaitedBefore(const clang::VarDecl &Variable, const clang::Expr &S) const;
  /// The statement that declares \p Variable, or null.
  const clang::DeclStmt *declarationOf(const clang::VarDecl &Variable) const { return Declarations.lookup(&Variable); }

  /// The executed statement or expression around \p S; null for the outermost.
  const clang::Stmt *parent(const clang::Stmt *S) const { return Parents.lookup(S); }
  /// Like parent, but sees through parentheses, implicit casts, cleanups and temporaries.
  const clang::Stmt *significantParent(const clang::Stmt *S) const;
  /// The nearest statement of type \p T around \p S, or null.
  template <typename T> const T *enclosing(const clang::Stmt *S) const {
    for (S = parent(S); S; S = parent(S))
      if (const auto *Found = llvm::dyn_cast<T>(S))
        return Found;
    return nullptr;
  }
  /// Whether \p S is \p Ancestor or lies in it. Constant time after the first call.
  bool isWithin(const clang::Stmt *S, const clang::Stmt *Ancestor) const;
  /// The index of \p S in statements(); their number if it is not executed here.
  size_t position(const clang::Stmt *S) const;
  /// The handler around \p S, if any: co_await is not allowed there.
  bool isInHandler(const clang::Stmt *S) const { return enclosing<clang::CXXCatchStmt>(S) != nullptr; }
  /// The loop around \p S whose body, condition or increment it is executed in; null if none.
  const clang::Stmt *enclosingLoop(const clang::Stmt *S) const;
  /// The loop or switch that \p Break leaves.
  const clang::Stmt *leftBy(const clang::BreakStmt &Break) const;

  /// The control flow graph with every expression as an element, implicit destructors of locals and exception
  /// edges; built when first asked for, shared by all checks. Null where clang cannot build one.
  const clang::CFG *cfg() const;

private:
  void walk(const clang::Stmt *S, const clang::Stmt *Parent);
  void measure() const;
  void suspends(const clang::Expr &Site, const clang::Expr &Operand);

  const clang::FunctionDecl &Function;
  clang::ASTContext &Context;
  const clang::Stmt *Root = nullptr;
  const clang::CoroutineBodyStmt *Coroutine = nullptr;
  std::vector<const clang::Stmt *> Statements;
  std::vector<SuspensionPoint> Suspensions;
  llvm::DenseMap<const clang::Stmt *, size_t> SuspensionAt;
  llvm::DenseMap<const clang::CXXTryStmt *, std::pair<size_t, size_t>> SuspensionsIn; ///< First and behind the last.
  std::vector<const clang::LambdaExpr *> Lambdas;
  std::vector<const clang::CXXTryStmt *> Tries;
  std::vector<const clang::VarDecl *> Locals;
  llvm::DenseMap<const clang::Stmt *, const clang::Stmt *> Parents;
  llvm::DenseMap<const clang::VarDecl *, const clang::DeclStmt *> Declarations;
  /// For isAwaitedBefore: the first position in Statements at which a variable is part of an awaited operand.
  mutable llvm::DenseMap<const clang::VarDecl *, size_t> FirstAwaited;
  /// The index in Statements of each, and of the one behind the last that lies in it; made when first asked for.
  mutable llvm::DenseMap<const clang::Stmt *, std::pair<size_t, size_t>> Extents;
  mutable std::unique_ptr<clang::CFG> Graph;
  mutable bool GraphBuilt = false;
};

/// \p E without parentheses, implicit casts, cleanups, temporaries and elided copies: the expression that makes
/// the value.
const clang::Expr *valueSource(const clang::Expr *E);

/// Whether \p S initialises a static or thread-local variable of \p In: it runs once, not with every call.
bool isInStaticInitialiser(const Body &In, const clang::Stmt *S);

/// The variable that \p E names, seen through parentheses, casts and std::move-like casts to its own type; null
/// if it names none.
const clang::VarDecl *namedVariable(const clang::Expr *E);

/// The variable, member or structured binding that \p E names, or that points to what it names (`*p`, `p->`); null if
/// it names none.
const clang::ValueDecl *namedObject(const clang::Expr *E);

/// The class of \p T, seen through references and one level of pointer; in a template pattern the class of the
/// template. Null if \p T is no class.
const clang::CXXRecordDecl *recordOf(clang::QualType T);

} // namespace asynctidy
