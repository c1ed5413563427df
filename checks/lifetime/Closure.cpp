// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds who calls a closure, and whether it dies before the task.

#include "lifetime/Closure.h"
#include "TranslationUnit.h"
#include "summary/Summaries.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

bool readsClosure(const LambdaExpr &Lambda) {
  const CXXMethodDecl *Operator = Lambda.getCallOperator();
  return Lambda.capture_size() > 0 && isa_and_nonnull<CoroutineBodyStmt>(Operator->getBody()) &&
         !Operator->isExplicitObjectMemberFunction();
}

/// The use of a capture that makes a task of \p Fate dangerous which \p Operator, the call operator of \p Lambda or an
/// instantiation of it, makes.
static std::optional<LateUse> lateUse(const LambdaExpr &Lambda, const FunctionDecl &Operator, const TaskFate &Fate,
                                      TranslationUnit &Unit) {
  const FunctionDecl *Definition = nullptr;
  const FunctionDecl &Seen = Operator.hasBody(Definition) && isa_and_nonnull<CoroutineBodyStmt>(Definition->getBody())
                                 ? *Definition
                                 : *Lambda.getCallOperator();
  return lateUse(Unit.body(Seen), Fate, Unit.awaitables());
}

std::optional<OrphanedTask> Closures::called(const LambdaExpr &Lambda, const CXXOperatorCallExpr &Call,
                                             const VarDecl *Closure) {
  OrphanedTask Found{&Call, Closure};
  Found.Fate = Fates.of(Call);
  if ((Closure ? Fates.outlives(Found.Fate, *Closure) : TaskFates::outlivesExpression(Found.Fate)) != Outlives::Yes)
    return std::nullopt;
  const FunctionDecl *Callee = Call.getDirectCallee();
  auto Use = lateUse(Lambda, Callee ? *Callee : *Lambda.getCallOperator(), Found.Fate, Unit);
  if (!Use)
    return std::nullopt;
  Found.Use = *Use;
  return Found;
}

/// The variable whose object \p Call calls: `f()`, `std::move(f)()`, `std::forward<F>(f)()`, `std::invoke(f)`.
static const VarDecl *calledVariable(const Expr *Call) {
  auto Named = [](const Expr *E) -> const VarDecl * {
    E = E->IgnoreParenCasts();
    if (const auto *Given = dyn_cast<CallExpr>(E);
        Given && Given->getNumArgs() == 1 && Given->getDirectCallee() && Given->getDirectCallee()->isInStdNamespace())
      E = Given->getArg(0);
    return namedVariable(E);
  };
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call))
    return Operator->getOperator() == OO_Call ? Named(Operator->getArg(0)) : nullptr;
  const auto *Plain = dyn_cast<CallExpr>(Call);
  const FunctionDecl *Callee = Plain ? Plain->getDirectCallee() : nullptr;
  return Callee && Callee->isInStdNamespace() && Callee->getIdentifier() && Callee->getName() == "invoke" &&
                 Plain->getNumArgs() > 0
             ? Named(Plain->getArg(0))
             : nullptr;
}

/// What becomes of the tasks that \p Caller, whose body is seen, makes by calling its \p Parameter.
std::optional<OrphanedTask> Closures::calledBy(const LambdaExpr &Lambda, const CallSite &Site,
                                               const ParmVarDecl &Parameter, const FunctionDecl &Caller,
                                               const VarDecl *Variable) {
  const Body &Inner = Unit.body(Caller);
  const bool ByValue = !Parameter.getType()->isReferenceType();
  if (!ByValue && Inner.isCoroutine())
    return std::nullopt; // What the parameter refers to is another question.
  TaskFates InnerFates(Inner, Unit);
  for (const Stmt *S : Inner.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call || calledVariable(Call) != &Parameter)
      continue;
    OrphanedTask Found{Site.expression(),   Variable, &Caller, Call, ByValue ? &Parameter : nullptr,
                       InnerFates.of(*Call)};
    if (ByValue) {
      if (InnerFates.outlives(Found.Fate, Parameter) != Outlives::Yes)
        continue;
    } else {
      if (InnerFates.outlivesBody(Found.Fate) != Outlives::Yes)
        continue;
      if (Found.Fate.What == TaskFate::Kind::Returned)
        Found.Fate = Fates.of(*Site.expression());
      else
        Found.Fate.Where = Site.expression();
      if ((Variable ? Fates.outlives(Found.Fate, *Variable) : TaskFates::outlivesExpression(Found.Fate)) !=
          Outlives::Yes)
        continue;
    }
    if (auto Use = lateUse(Lambda, *Lambda.getCallOperator(), Found.Fate, Unit)) {
      Found.Use = *Use;
      return Found;
    }
  }
  return std::nullopt;
}

/// The closure \p Closure of \p Lambda (the lambda, or a name of the variable that has it) as an argument.
std::optional<OrphanedTask> Closures::given(const LambdaExpr &Lambda, const Expr *Closure, const VarDecl *Variable) {
  const Stmt *Taken = Closure, *P = In.parent(Closure);
  for (; P && !isa<CallExpr>(P); Taken = P, P = In.parent(P)) {
    const auto *Construct = dyn_cast<CXXConstructExpr>(P);
    const bool Keeps =
        Construct && (Construct->isElidable() || Construct->getConstructor()->isCopyOrMoveConstructor() ||
                      Construct->getConstructor()->getParent()->isInStdNamespace());
    if (Construct ? !Keeps
                  : !isa<CastExpr, ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr, CXXBindTemporaryExpr>(P))
      return std::nullopt;
  }
  if (const auto *Move = dyn_cast_or_null<CallExpr>(P); Move && Move->isCallToStdMove())
    return given(Lambda, Move, nullptr);
  const auto Site = P ? CallSite::of(P) : std::nullopt;
  const auto Argument = Site ? llvm::find(Site->arguments(), Taken) : nullptr;
  if (!Site || Argument == Site->arguments().end())
    return std::nullopt;
  if (const FunctionFact *Fact = Unit.knowledge().function(Site->callee())) {
    OrphanedTask Found{Site->expression(), nullptr, &Site->callee()};
    const FunctionDecl &Operator = *Lambda.getCallOperator();
    if (!Fact->DestroysCallables ||
        Unit.awaitables().starts(recordOf(Operator.getReturnType())) != TypeFact::Start::Eager)
      return std::nullopt;
    auto Use = lateUse(Unit.body(Operator), Found.Fate, Unit.awaitables());
    if (!Use)
      return std::nullopt;
    Found.Use = *Use;
    return Found;
  }
  const FunctionDecl *Definition = nullptr;
  const size_t Index = Argument - Site->arguments().begin();
  if (!Site->callee().hasBody(Definition) || !isTransparent(*Definition, Unit) || Index >= Definition->getNumParams())
    return std::nullopt;
  return calledBy(Lambda, *Site, *Definition->getParamDecl(Index), *Definition, Variable);
}

std::optional<OrphanedTask> Closures::orphanOf(const LambdaExpr &Lambda) {
  const Stmt *Child = &Lambda;
  for (const Stmt *P = In.parent(Child); P; Child = P, P = In.parent(P)) {
    if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(P); Call && Call->getOperator() == OO_Call)
      if (Child == Call->getArg(0))
        return called(Lambda, *Call, nullptr);
    if (const auto *Declaration = dyn_cast<DeclStmt>(P)) {
      const auto *Variable = Declaration->isSingleDecl() ? dyn_cast<VarDecl>(Declaration->getSingleDecl()) : nullptr;
      if (!Variable || !Variable->hasLocalStorage())
        return std::nullopt;
      for (const Stmt *S : In.statements()) {
        const auto *Name = dyn_cast<DeclRefExpr>(S);
        if (!Name || Name->getDecl() != Variable)
          continue;
        const Stmt *Parent = In.significantParent(Name);
        const auto *Call = dyn_cast_or_null<CXXOperatorCallExpr>(Parent);
        const bool Calls = Call && Call->getOperator() == OO_Call && In.isWithin(Name, Call->getArg(0));
        if (auto Found = Calls ? called(Lambda, *Call, Variable) : given(Lambda, Name, Variable))
          return Found;
      }
      return std::nullopt;
    }
    if (isa<CallExpr>(P))
      return given(Lambda, &Lambda, nullptr);
    const auto *Construct = dyn_cast<CXXConstructExpr>(P);
    if (!(Construct && (Construct->isElidable() || Construct->getConstructor()->isCopyOrMoveConstructor() ||
                        Construct->getConstructor()->getParent()->isInStdNamespace())) &&
        !isa<CastExpr, ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr, CXXBindTemporaryExpr>(P))
      return std::nullopt;
  }
  return std::nullopt;
}

} // namespace asynctidy
