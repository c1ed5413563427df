// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the variable that takes the error of an awaited operation, and the statements that test it.

#include "cancellation/AwaitedErrors.h"
#include "coroutine/Awaitable.h"
#include "summary/CallSite.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

AwaitedErrors::AwaitedErrors(const Body &In, const CXXRecordDecl &ErrorClass, const Knowledge &Facts)
    : In(In), ErrorClass(ErrorClass), Facts(Facts) {
  for (const SuspensionPoint &P : In.suspensions())
    if (const ValueDecl *Error = find(P))
      Errors[P.Site] = Error;
  for (size_t At = 0; At != In.statements().size(); ++At) {
    const Stmt *S = In.statements()[At];
    if (const auto *If = dyn_cast<IfStmt>(S))
      indexNames(If->getCond(), *If);
    else if (const auto *Call = dyn_cast<CallExpr>(S); Call && !isa<CXXOperatorCallExpr>(Call))
      for (const Expr *Argument : Call->arguments())
        if (const ValueDecl *Named = Argument->isLValue() ? namedObject(Argument) : nullptr)
          Calls[Named].push_back(At);
  }
}

void AwaitedErrors::indexNames(const Stmt *S, const IfStmt &If) {
  if (!S || isa<LambdaExpr>(S))
    return;
  if (const auto *E = dyn_cast<Expr>(S))
    if (const ValueDecl *Named = namedObject(E))
      if (std::vector<const IfStmt *> &Known = Tests[Named]; Known.empty() || Known.back() != &If)
        Known.push_back(&If);
  for (const Stmt *Child : S->children())
    indexNames(Child, If);
}

bool AwaitedErrors::throws(const SuspensionPoint &P) const {
  if (errorOf(P) || isError(P.Site->getType()))
    return false;
  // std::tuple<error_code, std::size_t>
  const auto *Several = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Awaitables::classOf(P.Site->getType()));
  if (!Several || Several->getTemplateArgs().size() == 0)
    return true;
  const TemplateArgument &First = Several->getTemplateArgs()[0];
  if (First.getKind() == TemplateArgument::Pack)
    return First.pack_size() == 0 || First.pack_begin()->getKind() != TemplateArgument::Type ||
           !isError(First.pack_begin()->getAsType());
  return First.getKind() != TemplateArgument::Type || !isError(First.getAsType());
}

llvm::ArrayRef<const IfStmt *> AwaitedErrors::testsOf(const ValueDecl *D) const {
  const auto Found = Tests.find(D);
  if (Found == Tests.end())
    return {};
  return Found->second;
}

bool AwaitedErrors::isError(QualType T) const {
  const CXXRecordDecl *Record = Awaitables::classOf(T);
  return Record && Record->getCanonicalDecl() == ErrorClass.getCanonicalDecl();
}

const ValueDecl *AwaitedErrors::find(const SuspensionPoint &P) const {
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
    const CXXRecordDecl *Made = Fact ? nullptr : Site->expression()->getType()->getAsCXXRecordDecl();
    if ((Fact && Fact->ReportsErrorsAsValues) || (Made && Facts.isMadeBy(*Made, &FunctionFact::ReportsErrorsAsValues)))
      for (const Expr *Argument : Site->arguments())
        if (const VarDecl *Variable = namedVariable(Argument); Variable && isError(Variable->getType()))
          return Variable;
  }
  for (const Stmt *Child : S->children())
    if (const ValueDecl *Variable = redirected(Child))
      return Variable;
  return nullptr;
}

/// Whether another call is given \p Error after \p P and before the position \p End.
bool AwaitedErrors::isGivenBetween(const ValueDecl *Error, const SuspensionPoint &P, size_t End) const {
  const auto Found = Calls.find(Error);
  if (Found == Calls.end())
    return false;
  const std::vector<size_t> &At = Found->second;
  auto Next = llvm::upper_bound(At, In.position(P.Site));
  while (Next != At.end() && In.isWithin(In.statements()[*Next], P.Site))
    ++Next;
  return Next != At.end() && *Next < End;
}

bool AwaitedErrors::isTestOf(const IfStmt &If, const SuspensionPoint &P) const {
  const size_t Here = In.position(If.getCond());
  return Here > In.position(P.Site) && !isGivenBetween(errorOf(P), P, Here);
}

bool AwaitedErrors::leadsOut(const SuspensionPoint &P, const Stmt *Loop) const {
  const ValueDecl *Error = errorOf(P);
  if (!Error)
    return false;
  // `while (!error)`
  const Expr *Condition = Loop ? loopCondition(Loop) : nullptr;
  if (Condition && isGeneralTest(Condition, *Error) == true && In.isWithin(P.Site, Loop) &&
      !isGivenBetween(Error, P, isa<DoStmt>(Loop) ? In.position(Condition) : In.statements().size()))
    return true;
  return llvm::any_of(testsOf(Error), [&](const IfStmt *If) {
    const std::optional<bool> Negated = isGeneralTest(If->getCond(), *Error);
    if (!Negated || !isTestOf(*If, P))
      return false;
    if (const Stmt *Branch = *Negated ? If->getElse() : If->getThen())
      return alwaysLeaves(Branch, Loop);
    // `if (!error) continue; co_return;`
    return alwaysLeavesAfter(If, Loop);
  });
}

/// Whether \p Branch leaves \p Loop, or the coroutine if that is null, whichever way it takes.
bool AwaitedErrors::alwaysLeaves(const Stmt *Branch, const Stmt *Loop) const {
  if (!Branch)
    return false;
  if (const auto *Break = dyn_cast<BreakStmt>(Branch))
    return Loop && In.leftBy(*Break) == Loop;
  if (const auto *Block = dyn_cast<CompoundStmt>(Branch))
    return llvm::any_of(Block->body(), [&](const Stmt *Child) { return alwaysLeaves(Child, Loop); });
  if (const auto *If = dyn_cast<IfStmt>(Branch))
    return alwaysLeaves(If->getThen(), Loop) && alwaysLeaves(If->getElse(), Loop);
  if (const auto *E = dyn_cast<Expr>(Branch))
    return isa<CXXThrowExpr>(E->IgnoreImplicit());
  return isa<CoreturnStmt, ReturnStmt, GotoStmt>(Branch);
}

/// The same for what follows \p S in its block.
bool AwaitedErrors::alwaysLeavesAfter(const Stmt *S, const Stmt *Loop) const {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(In.parent(S));
  if (!Block)
    return false;
  const auto Rest = llvm::make_range(std::next(llvm::find(Block->body(), S)), Block->body_end());
  return llvm::any_of(Rest, [&](const Stmt *Next) { return alwaysLeaves(Next, Loop); });
}

bool AwaitedErrors::isAfterError(const Stmt &S) const {
  for (const Stmt *Child = &S, *Parent = In.parent(Child); Parent; Child = Parent, Parent = In.parent(Parent)) {
    const auto *If = dyn_cast<IfStmt>(Parent);
    if (!If || (Child != If->getThen() && Child != If->getElse()))
      continue;
    for (const auto &[Site, Error] : Errors)
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
