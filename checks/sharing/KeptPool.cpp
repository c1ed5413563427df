// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the uses of a pool, in the body that makes it and in the lambdas there.

#include "sharing/KeptPool.h"
#include "TranslationUnit.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

bool isNumber(QualType T) { return T->isArithmeticType() || T->isEnumeralType(); }

bool isAwait(const Stmt *S) { return isa<CoawaitExpr, DependentCoawaitExpr>(S); }

/// The uses of a variable that names a pool, something that points to one, or its executor.
class PoolUses {
public:
  explicit PoolUses(TranslationUnit &Unit) : Facts(Unit.knowledge()), Unit(Unit) {}

  /// Whether every use of \p Variable in \p In and the lambdas there is understood.
  bool areUnderstood(const VarDecl &Variable, const Body &In) {
    if (!Reading.insert({&Variable, &In}).second)
      return true;
    for (const Stmt *S : In.statements())
      if (const auto *Use = dyn_cast<DeclRefExpr>(S);
          Use && Use->getDecl() == &Variable && !isUnderstood(Use, Variable, In))
        return false;
    return llvm::all_of(In.lambdas(), [&](const LambdaExpr *Lambda) {
      return !capturesByName(*Lambda, Variable) && areUnderstood(Variable, Unit.body(*Lambda->getCallOperator()));
    });
  }

private:
  /// `[&pool]`: a static variable cannot be captured.
  static bool capturesByName(const LambdaExpr &Lambda, const VarDecl &Variable) {
    return llvm::any_of(Lambda.explicit_captures(), [&](const LambdaCapture &Capture) {
      return Capture.capturesVariable() && Capture.getCapturedVar() == &Variable;
    });
  }

  /// Whether \p Use, of the pool that \p Variable names, hands work over and waits for it, or only asks.
  bool isUnderstood(const Expr *Use, const VarDecl &Variable, const Body &In) {
    const Stmt *Parent = In.significantParent(Use);
    if (!Parent || isa<CompoundStmt>(Parent))
      return true;
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Parent))
      return Cast->getType()->isVoidType();
    if (const auto *Lambda = dyn_cast<LambdaExpr>(Parent)) // Its body is read as well.
      return llvm::any_of(Lambda->implicit_captures(), [&](const LambdaCapture &Capture) {
        return Capture.capturesVariable() && Capture.getCapturedVar() == &Variable;
      });
    if (const auto *Declaration = dyn_cast<DeclStmt>(Parent))
      return llvm::all_of(Declaration->decls(), [&](const Decl *D) {
        const auto *Name = dyn_cast<VarDecl>(D);
        return Name && Name->hasLocalStorage() && !isa<DecompositionDecl>(Name) && areUnderstood(*Name, In);
      });
    if (const auto *Member = dyn_cast<MemberExpr>(Parent)) {
      const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(In.significantParent(Member));
      return Call && Call->getCallee()->IgnoreParens() == Member && Call->getMethodDecl() &&
             isUnderstoodCall(*Call, *Call->getMethodDecl(), Variable, In);
    }
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Parent))
      return (Operator->getOperator() == OO_Star || Operator->getOperator() == OO_Arrow) &&
             Operator->getNumArgs() == 1 && isUnderstood(Operator, Variable, In);
    const auto Site = CallSite::of(Parent);
    return Site && isa<CallExpr>(Parent) && isGivenAsExecutor(Use, *Site, In) && isAwaited(Parent, In);
  }

  /// The same for the call \p Call of a member of the pool.
  bool isUnderstoodCall(const CXXMemberCallExpr &Call, const CXXMethodDecl &Method, const VarDecl &Variable,
                        const Body &In) {
    const FunctionFact *Fact = Facts.function(Method);
    if (Fact && Fact->Observes)
      return true;
    const bool Named = Method.getIdentifier();
    if (!Fact && Method.param_empty() && Named && !llvm::is_contained(Facts.terms().TearDown, Method.getName())) {
      const QualType Result = Method.getReturnType();
      if (Method.isConst() && isNumber(Result))
        return true;
      // pool.get_executor()
      if (!Result->isReferenceType() && executorBehind(Result, Facts) && !Unit.awaitables().isAwaitable(Result))
        return isUnderstood(&Call, Variable, In);
    }
    const bool Switches =
        Fact ? Fact->SwitchesToObject
             : Named && !Facts.isDescribed(Method) && llvm::is_contained(Facts.terms().Switching, Method.getName());
    const auto Site = CallSite::of(&Call);
    return (Switches || (Site && handsOver(*Site, 0))) && isAwaited(&Call, In);
  }

  /// Whether an argument of \p Site, from the one at \p First on, is a callable that runs somewhere else.
  bool handsOver(const CallSite &Site, unsigned First) const {
    for (unsigned I = First; I < Site.arguments().size(); ++I)
      if (const Place Where = handlingOf(Site, I, Facts).Where; Where == Place::Loop || Where == Place::Elsewhere)
        return true;
    return false;
  }

  /// Whether \p Site takes \p Use as what is to run another argument, or the rest of the coroutine.
  bool isGivenAsExecutor(const Expr *Use, const CallSite &Site, const Body &In) const {
    const auto *Argument =
        llvm::find_if(Site.arguments(), [&](const Expr *Argument) { return In.isWithin(Use, Argument); });
    if (Argument == Site.arguments().end())
      return false;
    const auto Index = static_cast<int>(Argument - Site.arguments().begin());
    if (const FunctionFact *Fact = Facts.function(Site.callee()))
      return llvm::any_of(Fact->Runs, [&](const CallableFact &Runs) { return Runs.Executor == Index; });
    const FunctionDecl &Callee = Site.callee();
    if (Facts.isDescribed(Callee) || !Callee.getIdentifier())
      return false;
    return (Index == 0 && llvm::is_contained(Facts.terms().Switching, Callee.getName())) || handsOver(Site, Index + 1);
  }

  /// Whether the coroutine waits for what \p S gives.
  static bool isAwaited(const Stmt *S, const Body &In) {
    while (isa_and_nonnull<Expr>(S) && !isa<LambdaExpr>(S) && !isAwait(S))
      S = In.parent(S);
    return S && isAwait(S);
  }

  const Knowledge &Facts;
  TranslationUnit &Unit;
  llvm::DenseSet<std::pair<const VarDecl *, const Body *>> Reading;
};

/// Whether what \p Name, a local variable or `this`, is part of in \p Init is only a number.
bool givesNumber(const Expr *Name, const Expr *Init, const Body &In) {
  if (isNumber(Name->getType()))
    return true;
  for (const Stmt *S = Name; S && In.isWithin(S, Init); S = In.parent(S))
    if (const auto *E = dyn_cast<Expr>(S); E && E->isPRValue() && isNumber(E->getType()))
      return true;
  return false;
}

/// Whether \p Init refers to nothing that goes when the call ends: a pool may keep a reference to what it is given.
bool outlivesCall(const Expr *Init, const Body &In) {
  return llvm::all_of(In.statements(), [&](const Stmt *S) {
    if (!isa<DeclRefExpr, CXXThisExpr, LambdaExpr, UnaryOperator>(S) || !In.isWithin(S, Init))
      return true;
    if (const auto *Operator = dyn_cast<UnaryOperator>(S))
      return Operator->getOpcode() != UO_AddrOf || Operator->getType()->isFunctionPointerType();
    if (const auto *Reference = dyn_cast<DeclRefExpr>(S)) {
      const auto *Variable = dyn_cast<VarDecl>(Reference->getDecl());
      if (Variable ? Variable->hasGlobalStorage() : !isa<BindingDecl>(Reference->getDecl()))
        return true;
    }
    return !isa<LambdaExpr>(S) && givesNumber(cast<Expr>(S), Init, In);
  });
}

} // namespace

const DeclStmt *movableToStatic(const Effect &Created, TranslationUnit &Unit) {
  const VarDecl *Variable = Created.Variable;
  if (!Variable || Created.Site || Variable->getType()->isPointerType() || Variable->getBeginLoc().isMacroID() ||
      Variable->hasAttrs() ||
      (Created.Creates != ExecutorKind::ThreadPool && Created.Creates != ExecutorKind::ProcessPool))
    return nullptr;
  const Body &In = Unit.body(*Created.In);
  const DeclStmt *Declaration = In.declarationOf(*Variable);
  if (!Declaration || !Declaration->isSingleDecl() || !isa_and_nonnull<CompoundStmt>(In.parent(Declaration)))
    return nullptr;
  const bool Safe =
      (!Variable->getInit() || outlivesCall(Variable->getInit(), In)) && PoolUses(Unit).areUnderstood(*Variable, In);
  return Safe ? Declaration : nullptr;
}

} // namespace asynctidy
