// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows operations through local variables.

#include "lost_work/StoredOperation.h"
#include "coroutine/AwaitResult.h"
#include "coroutine/Discard.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

/// A variable with the operations it gets, each with the statement that gives it, and what is done with them.
struct Holder {
  const ValueDecl *Variable;
  bool IsContainer;
  llvm::ArrayRef<VariableUse> Uses;
  std::vector<std::pair<PendingOperation, const Stmt *>> Origins = {};

  bool has(VariableUse::Kind What) const {
    return llvm::any_of(Uses, [&](const VariableUse &Use) { return Use.What == What; });
  }
};

class Follower {
public:
  Follower(const Body &In, TranslationUnit &Unit, const PendingOperations &Operations, bool VoidIsMeant)
      : In(In), Unit(Unit), Operations(Operations), VoidIsMeant(VoidIsMeant), Paths(In) {}

  std::vector<LostOperation> run();

private:
  void followVariables();
  void followCaptures(const LambdaExpr &Lambda);
  void judge(const Holder &Held);
  bool isMeant(const Holder &Held, const PendingOperation &Operation) const;

  const Body &In;
  TranslationUnit &Unit;
  const PendingOperations &Operations;
  const bool VoidIsMeant;
  LosingPaths Paths;
  std::vector<LostOperation> Lost;
};

void Follower::followVariables() {
  llvm::SmallVector<const ValueDecl *, 8> Variables;
  for (const VarDecl *Variable : In.locals()) {
    if (!Variable->hasLocalStorage() || Variable->isImplicit())
      continue;
    if (const auto *Decomposition = dyn_cast<DecompositionDecl>(Variable)) {
      for (const BindingDecl *Binding : Decomposition->bindings())
        if (Operations.isAwaitable(Binding->getType()))
          Variables.push_back(Binding);
    } else if (Operations.canHold(Variable->getType())) {
      Variables.push_back(Variable);
    }
  }
  const VariableUses Uses(Variables, In, Unit.knowledge());
  for (const ValueDecl *Variable : Variables) {
    const VarDecl *Local = declaredBy(*Variable);
    Holder Held{Variable, !Operations.isAwaitable(Variable->getType()), Uses.of(*Variable)};
    auto Add = [&](std::optional<PendingOperation> Operation, const Stmt *Where) {
      if (Operation)
        Held.Origins.push_back({*Operation, Where});
    };
    if (const auto *Binding = dyn_cast<BindingDecl>(Variable))
      Add(Operations.boundTo(*Binding), In.declarationOf(*Local));
    else
      Add(Operations.startedBy(Local->getInit()), In.declarationOf(*Local));
    for (const VariableUse &Use : Held.Uses)
      if (Use.What == VariableUse::Kind::Assigns)
        Add(Operations.startedBy(Use.Call->getArg(1)), Use.Call);
      else if (Use.What == VariableUse::Kind::Stores)
        for (const Expr *Argument : Use.Call->arguments())
          Add(Operations.startedBy(Argument), Use.Call);
    judge(Held);
  }
}

/// What a lambda keeps in an init-capture can only be used in its body.
void Follower::followCaptures(const LambdaExpr &Lambda) {
  const FunctionDecl *Call = Lambda.getCallOperator();
  for (const LambdaCapture &Capture : Lambda.captures()) {
    if (!Lambda.isInitCapture(&Capture) || !Call->doesThisDeclarationHaveABody())
      continue;
    const auto *Kept = cast<VarDecl>(Capture.getCapturedVar());
    auto Operation = Operations.startedBy(Kept->getInit());
    if (!Operation)
      continue;
    const ValueDecl *Names[] = {Kept};
    const VariableUses Inside(Names, Unit.body(*Call), Unit.knowledge());
    judge(Holder{Kept, true, Inside.of(*Kept), {{*Operation, &Lambda}}});
  }
}

/// Whether \p Variable is used as it is in a loop around which it was declared: what can be awaited many times may
/// be awaited no time.
bool isUsedRepeatedly(const Holder &Held, const Body &In) {
  const DeclStmt *Declaration = In.declarationOf(*declaredBy(*Held.Variable));
  return llvm::any_of(Held.Uses, [&](const VariableUse &Use) {
    const Stmt *Loop = In.enclosingLoop(Use.Site);
    return Use.What == VariableUse::Kind::Consumes && !Use.Moved && Loop && !In.isWithin(Declaration, Loop);
  });
}

/// Whether the author says that the variable is not meant to be used. Work that never begins is lost all the same,
/// whatever the variable is called.
bool Follower::isMeant(const Holder &Held, const PendingOperation &Operation) const {
  if (VoidIsMeant && Held.has(VariableUse::Kind::ToVoid))
    return true;
  const llvm::StringRef Name = Held.Variable->getName();
  const bool Marked = Held.Variable->hasAttr<UnusedAttr>() || Name.find_first_not_of('_') == llvm::StringRef::npos ||
                      Name.contains_insensitive("unused");
  return Marked && Operation.Starts != TypeFact::Start::Lazy;
}

void Follower::judge(const Holder &Held) {
  using Kind = VariableUse::Kind;
  if (Held.Origins.empty() || isInSystemMacro(Held.Variable->getLocation(), Unit.context().getSourceManager()))
    return;
  for (const auto &[Operation, Where] : Held.Origins) {
    const bool RunsAlready = Operation.Starts == TypeFact::Start::Eager;
    if (RunsAlready && Held.has(Kind::Observes))
      continue; // Polling work that runs by itself is one way to wait for it.
    LostOperation Found{Held.Variable,    Operation,         isa<DeclStmt, LambdaExpr>(Where),
                        Held.IsContainer, Held.Uses.empty(), {},
                        std::nullopt};
    if (!Held.has(Kind::Consumes)) {
      const QualType Result = awaitResult(Operation.Class, Unit.awaitables(), Unit.context());
      if (Found.FromInitialiser && !Held.IsContainer && !Operations.isAwaitable(Result) &&
          ownerClass(Result, Unit.knowledge()))
        Found.Guard = Result;
      // Marks that silence a compiler's warning do not make a guard of what is none.
      if (Found.Guard.isNull() && isMeant(Held, Operation))
        continue;
    } else {
      if (Held.IsContainer || (VoidIsMeant && Held.has(Kind::ToVoid)) ||
          Unit.awaitables().yieldsValues(Operation.Class) || isUsedRepeatedly(Held, In))
        continue;
      Found.Path = Paths.find(*Held.Variable, Where, Operation.Value, Held.Uses,
                              RunsAlready ? EarlyExits::Count : EarlyExits::Ignore);
      if (!Found.Path)
        continue;
    }
    Lost.push_back(std::move(Found));
  }
}

std::vector<LostOperation> Follower::run() {
  followVariables();
  for (const LambdaExpr *Lambda : In.lambdas())
    followCaptures(*Lambda);
  return std::move(Lost);
}

} // namespace

std::vector<LostOperation> lostOperations(const Body &In, TranslationUnit &Unit, const PendingOperations &Operations,
                                          bool VoidIsMeant) {
  return Follower(In, Unit, Operations, VoidIsMeant).run();
}

} // namespace asynctidy
