// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Decides who runs a callable and where a coroutine is.

#include "coroutine/Context.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

static const FunctionDecl *callOperator(const CXXRecordDecl &Record) {
  if (Record.isLambda())
    return Record.getLambdaCallOperator();
  if (!Record.hasDefinition())
    return nullptr;
  const FunctionDecl *Found = nullptr;
  for (const NamedDecl *Member :
       Record.lookup(Record.getASTContext().DeclarationNames.getCXXOperatorName(OO_Call))) {
    const auto *Method = dyn_cast<CXXMethodDecl>(Member);
    if (!Method || Found)
      return nullptr; // A template or an overload set: which one runs is not known here.
    Found = Method;
  }
  return Found;
}

static const FunctionDecl *callableOf(const Expr *E, unsigned Depth) {
  if (!E || Depth > 8)
    return nullptr;
  E = valueSource(E)->IgnoreParenImpCasts();
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    return Lambda->getCallOperator();
  if (const auto *Address = dyn_cast<UnaryOperator>(E);
      Address && (Address->getOpcode() == UO_AddrOf || Address->getOpcode() == UO_Plus))
    return callableOf(Address->getSubExpr(), Depth + 1);
  if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *Function = dyn_cast<FunctionDecl>(Reference->getDecl()))
      return Function;
    const auto *Variable = dyn_cast<VarDecl>(Reference->getDecl());
    if (!Variable)
      return nullptr;
    if (const CXXRecordDecl *Record = Variable->getType().getNonReferenceType()->getAsCXXRecordDecl();
        Record && Record->isLambda())
      return callOperator(*Record);
    // A std::function or function pointer that is set once, where it is declared.
    bool SetOnce = Variable->getType().isConstQualified() || Variable->isConstexpr();
    if (SetOnce && Variable->getInit() && !isa<ParmVarDecl>(Variable))
      return callableOf(Variable->getInit(), Depth + 1);
    return nullptr;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (Call->isCallToStdMove())
      return callableOf(Call->getArg(0), Depth + 1);
    // bind(&C::f, this), ref(f), bind_executor(ex, f): the callable is wrapped, not run.
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (Callee && Callee->isInStdNamespace() && Call->getNumArgs() > 0)
      return callableOf(Call->getArg(0), Depth + 1);
    return nullptr;
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    if (Construct->getConstructor()->getParent()->isInStdNamespace() && Construct->getNumArgs() >= 1)
      return callableOf(Construct->getArg(0), Depth + 1);
    if (Construct->getConstructor()->isCopyOrMoveConstructor() && Construct->getNumArgs() == 1)
      return callableOf(Construct->getArg(0), Depth + 1);
    if (const FunctionDecl *Operator = callOperator(*Construct->getConstructor()->getParent()))
      return Operator;
    return nullptr;
  }
  return nullptr;
}

const FunctionDecl *callableOf(const Expr *E) { return callableOf(E, 0); }

static Place placeOnExecutor(const Expr *Holder, const Knowledge &Facts) {
  if (!Holder)
    return Place::Unknown;
  auto Found = executorBehind(Holder->IgnoreParenImpCasts()->getType(), Facts);
  if (!Found)
    return Place::Unknown;
  return Found->Kind == ExecutorKind::EventLoop ? Place::Loop : Place::Elsewhere;
}

static Place placeOf(RunsWhere Where) {
  switch (Where) {
  case RunsWhere::Now:
    return Place::Caller;
  case RunsWhere::Loop:
    return Place::Loop;
  case RunsWhere::Elsewhere:
    return Place::Elsewhere;
  case RunsWhere::Once:
    return Place::Unknown;
  }
  llvm_unreachable("covered switch");
}

Handling handlingOf(const CallSite &Site, unsigned Index, const Knowledge &Facts) {
  const FunctionDecl &Callee = Site.callee();
  if (const FunctionFact *Fact = Facts.function(Callee)) {
    for (const CallableFact &Runs : Fact->Runs)
      if (Runs.Argument == CallableFact::Any || Runs.Argument == static_cast<int>(Index))
        return {Runs.Executor ? placeOnExecutor(Site.argument(*Runs.Executor), Facts) : placeOf(Runs.Where)};
    return {};
  }
  // A library nobody described: a standard term for a function that takes this callable.
  if (Facts.isDescribed(Callee) || !Callee.getIdentifier())
    return {};
  llvm::StringRef Name = Callee.getName();
  const StandardTerms &Terms = Facts.terms();
  if (llvm::is_contained(Terms.Offloading, Name))
    return {Place::Elsewhere, true};
  if (llvm::is_contained(Terms.Posting, Name)) {
    Place OnObject = placeOnExecutor(Site.object(), Facts);
    if (OnObject == Place::Unknown && Index > 0)
      OnObject = placeOnExecutor(Site.argument(0), Facts);
    return {OnObject, true};
  }
  return {};
}

//===-- Moving to another executor ----------------------------------------------------------------------------===//

/// Where awaiting \p P puts the coroutine: off the loop, back on it, or no move at all.
static std::optional<bool> movesOffLoop(const SuspensionPoint &P, const Knowledge &Facts) {
  auto Site = CallSite::of(valueSource(P.Operand));
  if (!Site)
    return std::nullopt;
  const FunctionDecl &Callee = Site->callee();
  const FunctionFact *Fact = Facts.function(Callee);
  bool ByTerm = !Fact && Callee.getIdentifier() && llvm::is_contained(Facts.terms().Switching, Callee.getName());
  if (!ByTerm && !(Fact && Fact->SwitchesToObject))
    return std::nullopt;
  const Expr *Target = Site->object() ? Site->object() : Site->argument(0);
  if (!Target)
    return std::nullopt;
  auto To = executorBehind(Target->IgnoreParenImpCasts()->getType(), Facts);
  if (!To)
    return ByTerm ? std::optional<bool>(true) : std::nullopt; // Unknown executor: what follows is unknown too.
  return To->Kind != ExecutorKind::EventLoop;
}

OffLoop::OffLoop(const Body &In, const Knowledge &Facts) : In(In) {
  llvm::DenseMap<const Stmt *, bool> Moves;
  for (const SuspensionPoint &P : In.suspensions())
    if (auto Off = movesOffLoop(P, Facts))
      Moves[P.Site] = *Off;
  if (llvm::none_of(Moves, [](const auto &Move) { return Move.second; }))
    return;
  const CFG *Graph = In.cfg();
  if (!Graph) {
    Everywhere = true;
    return;
  }
  // Forward may-analysis; a block is revisited at most once, when its entry turns from "on" to "off".
  llvm::DenseMap<const CFGBlock *, bool> Entry;
  llvm::SmallVector<const CFGBlock *, 16> Pending{&Graph->getEntry()};
  Entry[&Graph->getEntry()] = false;
  while (!Pending.empty()) {
    const CFGBlock *Block = Pending.pop_back_val();
    bool Off = Entry[Block];
    for (const CFGElement &Element : *Block)
      if (auto Statement = Element.getAs<CFGStmt>()) {
        Moved[Statement->getStmt()] |= Off;
        if (auto Move = Moves.find(Statement->getStmt()); Move != Moves.end())
          Off = Move->second;
      }
    for (const CFGBlock::AdjacentBlock &Next : Block->succs()) {
      const CFGBlock *Successor = Next.getReachableBlock();
      if (!Successor)
        continue;
      auto [State, New] = Entry.try_emplace(Successor, Off);
      if (New || (Off && !State->second)) {
        State->second |= Off;
        Pending.push_back(Successor);
      }
    }
  }
}

bool OffLoop::contains(const Stmt *S) const {
  if (Everywhere)
    return true;
  if (Moved.empty())
    return false;
  for (; S; S = In.parent(S))
    if (auto Found = Moved.find(S); Found != Moved.end())
      return Found->second;
  return false;
}

} // namespace asynctidy
