// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Decides who runs a callable and where a coroutine is.

#include "coroutine/Context.h"
#include "TranslationUnit.h"
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
  for (const NamedDecl *Member : Record.lookup(Record.getASTContext().DeclarationNames.getCXXOperatorName(OO_Call))) {
    const auto *Method = dyn_cast<CXXMethodDecl>(Member);
    if (!Method || Found)
      return nullptr; // A template or an overload set: which one runs is not known here.
    Found = Method;
  }
  return Found;
}

/// The first argument of \p Call if that calls one of the functions \p Names of namespace std; null otherwise.
static const Expr *givenTo(std::initializer_list<llvm::StringRef> Names, const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->isInStdNamespace() && Callee->getIdentifier() && Call.getNumArgs() > 0 &&
                 llvm::is_contained(Names, Callee->getName())
             ? Call.getArg(0)
             : nullptr;
}

/// What \p Call gives on as it is or as a copy; null if it makes something else of it.
static const Expr *givenOnBy(const CallExpr &Call) {
  return givenTo({"ref", "cref", "move", "forward", "as_const", "exchange"}, Call);
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
    // bind(&C::f, this), ref(f): the callable is wrapped, not run.
    const Expr *Given = givenOnBy(*Call);
    return callableOf(Given ? Given : givenTo({"bind", "bind_front", "bind_back", "mem_fn", "not_fn"}, *Call),
                      Depth + 1);
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

const FunctionDecl *callOperatorOf(const Expr *E) {
  E = valueSource(E)->IgnoreParenImpCasts();
  const auto *Call = dyn_cast<CallExpr>(E);
  if (const Expr *Given = Call ? givenOnBy(*Call) : nullptr)
    return callOperatorOf(Given);
  if (const auto *Copy = dyn_cast<CXXConstructExpr>(E);
      Copy && Copy->getConstructor()->isCopyOrMoveConstructor() && Copy->getNumArgs() == 1)
    return callOperatorOf(Copy->getArg(0));
  const auto *Dereference = dyn_cast<UnaryOperator>(E);
  const bool IsThis = Dereference && Dereference->getOpcode() == UO_Deref &&
                      isa<CXXThisExpr>(Dereference->getSubExpr()->IgnoreParenImpCasts());
  const CXXRecordDecl *Class = IsThis || isa<DeclRefExpr, MemberExpr>(E) ? E->getType()->getAsCXXRecordDecl() : nullptr;
  const auto *Operator = Class ? dyn_cast_or_null<CXXMethodDecl>(callOperator(*Class)) : nullptr;
  return Operator && !Operator->isVirtual() ? Operator : nullptr;
}

/// Whether the type of the parameter or member \p E is the choice of whoever instantiates a template: what it stands
/// for in one instantiation of a wrapper says nothing of the executor that a caller will give it.
static bool isGeneric(const Expr *E) {
  if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
    const auto *Parameter = dyn_cast<ParmVarDecl>(Reference->getDecl());
    const auto *Function = Parameter ? dyn_cast<FunctionDecl>(Parameter->getDeclContext()) : nullptr;
    const FunctionDecl *Pattern = Function ? Function->getTemplateInstantiationPattern() : nullptr;
    const unsigned Index = Parameter ? Parameter->getFunctionScopeIndex() : 0;
    return Pattern && Index < Pattern->getNumParams() && Pattern->getParamDecl(Index)->getType()->isDependentType();
  }
  const auto *Member = dyn_cast<MemberExpr>(E);
  const auto *Field = Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  const auto *Class = Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
  const CXXRecordDecl *Pattern = Class ? Class->getTemplateInstantiationPattern() : nullptr;
  return Pattern && llvm::any_of(Pattern->fields(), [&](const FieldDecl *F) {
           return F->getFieldIndex() == Field->getFieldIndex() && F->getType()->isDependentType();
         });
}

static Place placeOnExecutor(const Expr *Holder, const Knowledge &Facts) {
  if (!Holder || isGeneric(Holder->IgnoreParenImpCasts()))
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

/// What knowledge says of the argument \p Index of \p Site as a callable; null if nothing.
static const CallableFact *knownToRun(const CallSite &Site, unsigned Index, const Knowledge &Facts) {
  const FunctionFact *Fact = Facts.function(Site.callee());
  if (!Fact)
    return nullptr;
  const auto Runs = llvm::find_if(Fact->Runs, [&](const CallableFact &R) {
    return R.Argument == CallableFact::Any || R.Argument == static_cast<int>(Index);
  });
  return Runs == Fact->Runs.end() ? nullptr : &*Runs;
}

Handling handlingOf(const CallSite &Site, unsigned Index, const Knowledge &Facts) {
  const FunctionDecl &Callee = Site.callee();
  if (const CallableFact *Runs = knownToRun(Site, Index, Facts))
    return {Runs->Executor ? placeOnExecutor(Site.argument(*Runs->Executor), Facts) : placeOf(Runs->Where)};
  if (Facts.function(Callee))
    return {};
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

Handling handlingOf(const CallSite &Site, unsigned Index, const Body &In, const Knowledge &Facts) {
  const Handling Own = handlingOf(Site, Index, Facts);
  const FunctionFact *Wrapper = Facts.function(Site.callee());
  const Stmt *Parent = In.significantParent(Site.expression());
  const auto Taker = Parent ? CallSite::of(Parent) : std::nullopt;
  // A bound executor goes before the one that the taker was given.
  if (Own.Where != Place::Loop || !Wrapper || Wrapper->BindsExecutor || !Taker)
    return Own;
  for (unsigned I = 0; I != Taker->arguments().size(); ++I)
    if (In.isWithin(Site.expression(), Taker->arguments()[I]) && knownToRun(*Taker, I, Facts))
      return handlingOf(*Taker, I, In, Facts);
  return Own;
}

//===-- Moving to another executor ----------------------------------------------------------------------------===//

namespace {

/// Decides where awaiting something puts the coroutine: off the loop, back on it, or no move at all.
class Move {
public:
  Move(const SuspensionPoint &P, TranslationUnit &Unit) : P(P), Unit(Unit), Facts(Unit.knowledge()) {}

  /// True for off the loop. What follows a move to an executor of unknown kind counts as off: unknown means silent.
  std::optional<bool> offLoop() const {
    // co_await pool;
    if (auto To = executorBehind(P.Operand->getType(), Facts))
      return isOff(*To);
    if (auto Site = CallSite::of(valueSource(P.Operand)))
      if (auto Off = offLoopBy(*Site))
        return Off;
    return awaiterMoves() ? std::optional(true) : std::nullopt;
  }

private:
  static bool isOff(const Executor &To) { return To.Kind != ExecutorKind::EventLoop; }

  /// What makes \p Argument, seen through a local variable.
  static const Expr *tokenOf(const Expr *Argument) {
    const VarDecl *Variable = namedVariable(Argument);
    return valueSource(Variable && Variable->isLocalVarDecl() && Variable->getInit() ? Variable->getInit() : Argument);
  }

  std::optional<bool> offLoopBy(const CallSite &Site) const {
    const FunctionDecl &Callee = Site.callee();
    const FunctionFact *Fact = Facts.function(Callee);
    for (const Expr *Argument : Site.arguments())
      if (auto Token = CallSite::of(tokenOf(Argument)))
        if (const FunctionFact *Binder = Facts.function(Token->callee());
            Binder && Binder->BindsExecutor && Token->argument(0))
          if (auto To = executorBehind(Token->argument(0)->IgnoreParenImpCasts()->getType(), Facts))
            return isOff(*To);
    // An operation that ends on the loop brings a coroutine back that is bound to one.
    if (Fact && llvm::any_of(Fact->Runs, [](const CallableFact &Runs) { return Runs.Where == RunsWhere::Loop; }))
      return false;
    const bool ByTerm = !Fact && !Facts.isDescribed(Callee) && Callee.getIdentifier() &&
                        llvm::is_contained(Facts.terms().Switching, Callee.getName());
    const Expr *Target = Site.object() ? Site.object() : Site.argument(0);
    if (!Target)
      return ByTerm ? std::optional(true) : std::nullopt; // resume_background()
    auto To = executorBehind(Target->IgnoreParenImpCasts()->getType(), Facts);
    // Whatever an undescribed pool gives to await may end on one of its threads.
    if (To && isOff(*To) && Site.object() && !Fact)
      return true;
    if (!ByTerm && !(Fact && Fact->SwitchesToObject))
      return std::nullopt;
    if (To)
      return isOff(*To);
    return ByTerm && looksLikeExecutor(Target->getType()) ? std::optional(true) : std::nullopt;
  }

  static bool looksLikeExecutor(QualType T) {
    const CXXRecordDecl *Class = recordOf(T);
    return !Class || !Class->hasDefinition() || hasExecutorShape(*Class->getDefinition());
  }

  /// Whether the awaiter's own await_suspend gives its coroutine (or a callable) to another thread.
  bool awaiterMoves() const {
    const auto *Await = dyn_cast<CoroutineSuspendExpr>(P.Site);
    const CXXRecordDecl *Awaiter = Await ? recordOf(Await->getCommonExpr()->getType()) : nullptr;
    if (!Awaiter || !Awaiter->hasDefinition() || Facts.isDescribed(*Awaiter))
      return false;
    for (const NamedDecl *Member : membersNamed(*Awaiter, "await_suspend"))
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Member))
        if (const FunctionDecl *Definition = Method->getDefinition(); Definition && handsToThread(*Definition))
          return true;
    return false;
  }

  bool handsToThread(const FunctionDecl &Suspend) const {
    for (const Stmt *S : Unit.body(Suspend).statements())
      if (auto Site = CallSite::of(S))
        for (unsigned I = 0; I != Site->arguments().size(); ++I)
          if (handlingOf(*Site, I, Facts).Where == Place::Elsewhere)
            return true;
    return false;
  }

  const SuspensionPoint &P;
  TranslationUnit &Unit;
  const Knowledge &Facts;
};

} // namespace

OffLoop::OffLoop(const Body &In, TranslationUnit &Unit) : In(In) {
  llvm::DenseMap<const Stmt *, bool> Moves;
  for (const SuspensionPoint &P : In.suspensions())
    if (P.What == SuspensionPoint::Kind::Await)
      if (auto Off = Move(P, Unit).offLoop())
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
