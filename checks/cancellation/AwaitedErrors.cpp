// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the variable that takes the error of an awaited operation, and the statements that test it.

#include "cancellation/AwaitedErrors.h"
#include "coroutine/Awaitable.h"
#include "summary/CallSite.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

bool AwaitedErrors::isError(QualType T) const {
  const CXXRecordDecl *Record = Awaitables::classOf(T);
  return Record && Record->getCanonicalDecl() == ErrorClass.getCanonicalDecl();
}

const ValueDecl *AwaitedErrors::errorOf(const SuspensionPoint &P) const {
  if (const ValueDecl *Redirected = redirected(P.Operand))
    return Redirected;
  for (const Stmt *Parent = In.parent(P.Site); Parent && !isa<CompoundStmt>(Parent); Parent = In.parent(Parent)) {
    if (const auto *Declaration = dyn_cast<DeclStmt>(Parent))
      return Declaration->isSingleDecl() ? declared(*Declaration->getSingleDecl()) : nullptr;
    if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(Parent); Assign && Assign->isAssignmentOp())
      return isError(Assign->getArg(0)->getType()) ? namedVariable(Assign->getArg(0)) : tied(Assign->getArg(0));
  }
  return nullptr;
}

const ValueDecl *AwaitedErrors::declared(const Decl &D) const {
  if (const auto *Bindings = dyn_cast<DecompositionDecl>(&D)) {
    const BindingDecl *First = Bindings->bindings().empty() ? nullptr : Bindings->bindings().front();
    return First && isError(First->getType()) ? First : nullptr;
  }
  const auto *Variable = dyn_cast<VarDecl>(&D);
  return Variable && isError(Variable->getType()) ? Variable : nullptr;
}

/// std::tie(error, n) = co_await ...
const ValueDecl *AwaitedErrors::tied(const Expr *Target) const {
  const auto *Call = dyn_cast<CallExpr>(Target->IgnoreUnlessSpelledInSource());
  if (Call)
    for (const Expr *Argument : Call->arguments())
      if (const VarDecl *Variable = namedVariable(Argument); Variable && isError(Variable->getType()))
        return Variable;
  return nullptr;
}

/// The error variable of a completion token that knowledge says turns errors into values.
const ValueDecl *AwaitedErrors::redirected(const Stmt *S) const {
  if (!S || isa<LambdaExpr>(S))
    return nullptr;
  if (const auto Site = CallSite::of(S)) {
    const FunctionFact *Fact = Facts.function(Site->callee());
    // A function of somebody's own that makes such a token: net_awaitable[error].
    if (const CXXRecordDecl *Made = Fact ? nullptr : Site->expression()->getType()->getAsCXXRecordDecl())
      Fact = Facts.constructor(*Made);
    if (Fact && Fact->ReportsErrorsAsValues)
      for (const Expr *Argument : Site->arguments())
        if (const VarDecl *Variable = namedVariable(Argument); Variable && isError(Variable->getType()))
          return Variable;
  }
  for (const Stmt *Child : S->children())
    if (const ValueDecl *Variable = redirected(Child))
      return Variable;
  return nullptr;
}

bool AwaitedErrors::isTestOf(const IfStmt &If, const SuspensionPoint &P) const {
  const ValueDecl *Error = errorOf(P);
  const SourceManager &Sources = In.function().getASTContext().getSourceManager();
  auto IsBehind = [&](const Stmt *S, const Stmt *Other) {
    return Sources.isBeforeInTranslationUnit(Other->getBeginLoc(), S->getBeginLoc());
  };
  if (!mentions(If.getCond(), Error) || !IsBehind(If.getCond(), P.Site))
    return false;
  return llvm::none_of(In.statements(), [&](const Stmt *S) {
    const auto *Call = dyn_cast<CallExpr>(S);
    return Call && !isa<CXXOperatorCallExpr>(Call) && IsBehind(Call, P.Site) && IsBehind(If.getCond(), Call) &&
           !In.isWithin(Call, P.Site) &&
           llvm::any_of(Call->arguments(), [&](const Expr *A) { return A->isLValue() && namedObject(A) == Error; });
  });
}

bool AwaitedErrors::leadsOut(const SuspensionPoint &P) const {
  const ValueDecl *Error = errorOf(P);
  const Stmt *Loop = In.enclosingLoop(P.Site);
  return Error && llvm::any_of(In.statements(), [&](const Stmt *S) {
           const auto *If = dyn_cast<IfStmt>(S);
           if (!If || In.enclosingLoop(If) != Loop || !isTestOf(*If, P))
             return false;
           const std::optional<bool> Negated = isGeneralTest(If->getCond(), *Error);
           return (Negated != true && leaves(If->getThen(), Loop)) || (Negated != false && leaves(If->getElse(), Loop));
         });
}

bool AwaitedErrors::isAfterError(const Stmt &S) const {
  for (const Stmt *Child = &S, *Parent = In.parent(Child); Parent; Child = Parent, Parent = In.parent(Parent)) {
    const auto *If = dyn_cast<IfStmt>(Parent);
    if (!If || (Child != If->getThen() && Child != If->getElse()))
      continue;
    for (const SuspensionPoint &P : In.suspensions())
      if (const ValueDecl *Error = errorOf(P))
        if (const std::optional<bool> Negated = isGeneralTest(If->getCond(), *Error))
          if (Child == (*Negated ? If->getElse() : If->getThen()))
            return true;
  }
  return false;
}

std::optional<bool> AwaitedErrors::isGeneralTest(const Expr *Condition, const ValueDecl &Error) {
  Condition = Condition->IgnoreParenImpCasts();
  if (const auto *Not = dyn_cast<UnaryOperator>(Condition); Not && Not->getOpcode() == UO_LNot) {
    const std::optional<bool> Inner = isGeneralTest(Not->getSubExpr(), Error);
    return Inner ? std::optional(!*Inner) : std::nullopt;
  }
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Condition); Call && Call->getNumArgs() == 0)
    Condition = Call->getImplicitObjectArgument();
  return namedObject(Condition) == &Error ? std::optional(false) : std::nullopt;
}

bool AwaitedErrors::mentions(const Stmt *S, const ValueDecl *D) {
  if (!S || !D)
    return false;
  if (const auto *E = dyn_cast<Expr>(S); E && namedObject(E) == D)
    return true;
  return llvm::any_of(S->children(), [&](const Stmt *Child) { return mentions(Child, D); });
}

bool AwaitedErrors::leaves(const Stmt *Branch, const Stmt *Loop) const {
  if (!Branch || isa<LambdaExpr>(Branch))
    return false;
  if (isa<CoreturnStmt, ReturnStmt, CXXThrowExpr, GotoStmt>(Branch))
    return true;
  if (const auto *Break = dyn_cast<BreakStmt>(Branch))
    return In.leftBy(*Break) == Loop;
  return llvm::any_of(Branch->children(), [&](const Stmt *Child) { return leaves(Child, Loop); });
}

} // namespace asynctidy
