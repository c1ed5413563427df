// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tells asking from doing.

#include "coroutine/Looking.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// Bodies are looked into so deep and no deeper.
constexpr unsigned MaxDepth = 4;

bool isMutableParameter(QualType T) {
  if (T->isReferenceType() || T->isPointerType())
    return !T->getPointeeType().isConstQualified() && !T->getPointeeType()->isFunctionType();
  return false;
}

bool leavesObject(const CXXMethodDecl &Method) {
  if (Method.isStatic() || Method.isConst())
    return true;
  for (const NamedDecl *Other : Method.getParent()->lookup(Method.getDeclName())) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Other))
      Other = Template->getTemplatedDecl();
    const auto *Overload = dyn_cast<CXXMethodDecl>(Other);
    if (Overload && Overload->isConst() && Overload->getNumParams() == Method.getNumParams())
      return true;
  }
  return false;
}

static bool looks(const Expr &E, unsigned Depth);

/// Whether \p F has a body that is visible and no more than `return <something that only looks>;`.
static bool isSeenToLook(const FunctionDecl &F, unsigned Depth) {
  const auto *Block = Depth < MaxDepth ? dyn_cast_or_null<CompoundStmt>(F.getBody()) : nullptr;
  const auto *Return = Block && Block->size() == 1 ? dyn_cast<ReturnStmt>(Block->body_front()) : nullptr;
  return Return && Return->getRetValue() && looks(*Return->getRetValue(), Depth + 1);
}

static bool looks(const FunctionDecl &F, unsigned Depth) {
  if (F.isConstexpr() || F.hasAttr<ConstAttr>() || F.hasAttr<PureAttr>())
    return true;
  if (llvm::any_of(F.parameters(), [](const ParmVarDecl *P) { return isMutableParameter(P->getType()); }))
    return false;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F); Method && Method->isInstance())
    return isa<CXXConstructorDecl>(F) || leavesObject(*Method);
  return F.getNumParams() > 0 || isSeenToLook(F, Depth);
}

static bool looks(const Expr &E, unsigned Depth) {
  if (isa<CXXNewExpr, CXXDeleteExpr, CXXThrowExpr, CoroutineSuspendExpr, DependentCoawaitExpr, LambdaExpr, StmtExpr>(E))
    return false;
  if (const auto *Operator = dyn_cast<BinaryOperator>(&E); Operator && Operator->isAssignmentOp())
    return false;
  if (const auto *Operator = dyn_cast<UnaryOperator>(&E); Operator && Operator->isIncrementDecrementOp())
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee || !looks(*Callee, Depth))
      return false;
  }
  return llvm::all_of(E.children(), [&](const Stmt *Child) {
    const auto *Operand = dyn_cast_or_null<Expr>(Child);
    return Operand && looks(*Operand, Depth);
  });
}

bool onlyLooks(const FunctionDecl &Function) { return looks(Function, 0); }
bool onlyLooks(const Expr &E) { return looks(E, 0); }

} // namespace asynctidy
