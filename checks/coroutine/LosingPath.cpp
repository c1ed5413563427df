// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Breadth-first search over (block, what is known about repeated conditions), shortest path first.

#include "coroutine/LosingPath.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace clang;

namespace asynctidy {

/// The statement that \p Variable is local to.
static const Stmt *scopeOf(const ValueDecl &Variable, const Body &In) {
  const DeclStmt *Declaration = In.declarationOf(*declaredBy(Variable));
  return Declaration ? In.parent(Declaration) : nullptr;
}

/// Whether \p S is executed whenever control goes through \p Scope to its end.
static bool isUnconditional(const Stmt *S, const Stmt *Scope, const Body &In) {
  for (const Stmt *Child = S, *P = In.parent(Child); P != Scope; Child = P, P = In.parent(P)) {
    if (!P || isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt, SwitchStmt, CXXCatchStmt>(P))
      return false;
    if (const auto *If = dyn_cast<IfStmt>(P); If && (Child == If->getThen() || Child == If->getElse()))
      return false;
    if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(P); Choice && Child != Choice->getCond())
      return false;
    if (const auto *Logical = dyn_cast<BinaryOperator>(P);
        Logical && Logical->isLogicalOp() && Child == Logical->getRHS())
      return false;
  }
  return true;
}

/// Whether \p Handler catches what \p Throw throws.
static bool catches(const CXXCatchStmt &Handler, const CXXThrowExpr &Throw) {
  const QualType Caught = Handler.getCaughtType();
  if (Caught.isNull())
    return true;
  if (!Throw.getSubExpr())
    return false;
  const QualType Thrown = Throw.getSubExpr()->getType().getNonReferenceType().getCanonicalType().getUnqualifiedType();
  const QualType Plain = Caught.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  const CXXRecordDecl *Base = Plain->getAsCXXRecordDecl(), *Class = Thrown->getAsCXXRecordDecl();
  return Plain == Thrown || (Base && Class && Class->hasDefinition() && Class->isDerivedFrom(Base));
}

/// The search for one value of one variable.
class LossSearch {
public:
  LossSearch(const ValueDecl &Variable, const Stmt *Origin, const Expr *Made, llvm::ArrayRef<VariableUse> Uses,
             EarlyExits Exits, LosingPaths &Shared);

  std::optional<Loss> run();

private:
  struct State {
    const CFGBlock *Block;
    unsigned First; ///< Index of the first element to look at.
    Decisions Decided;
    int Before; ///< Index of the state this one was reached from.
  };
  enum class Step { Continue, Safe, Lost };
  struct Event {
    unsigned Index; ///< Of the element in its block.
    VariableUse::Kind What;
    const Stmt *Site;
  };

  void addEvent(Flow::Place At, VariableUse::Kind What, const Stmt *Site);
  void markAhead();
  bool isInScope(const Stmt *S) const;
  bool isEarlyExit(const Stmt *Jump) const;
  bool asksAboutVariable(const Expr *Condition) const;
  const CFGBlock *handlerOf(const CXXThrowExpr &Throw) const;
  Step follow(const State &From, Loss &Found, std::vector<State> &Next) const;
  Step leave(const Stmt *S, const State &From, std::vector<State> &Next) const;
  bool endsUnused(const State &From);
  void explain(const std::vector<State> &States, Loss &Found) const;

  const Stmt *Origin;
  const Expr *Made; ///< The value, somewhere in Origin.
  const EarlyExits Exits;
  LosingPaths &Shared;
  const Body &In;
  const Flow &Ways;
  const Conditions &Known;
  const Stmt *Scope;  ///< The statement that the variable is local to.
  const Stmt *Region; ///< The block in which it gets the value.
  Flow::Place Start;
  llvm::DenseMap<const CFGBlock *, llvm::SmallVector<Event, 2>> Events;
  llvm::SmallVector<const Expr *, 4> Questions; ///< Where the program asks about the value.
  std::set<const CFGBlock *> Using;             ///< Blocks from which a consuming use can be reached.
  std::set<const CFGBlock *> Ahead;             ///< Blocks from which anything about the variable can be reached.
};

LossSearch::LossSearch(const ValueDecl &Variable, const Stmt *Origin, const Expr *Made,
                       llvm::ArrayRef<VariableUse> Uses, EarlyExits Exits, LosingPaths &Shared)
    : Origin(Origin), Made(Made), Exits(Exits), Shared(Shared), In(Shared.In), Ways(*Shared.Ways), Known(*Shared.Known),
      Scope(scopeOf(Variable, In)) {
  using Kind = VariableUse::Kind;
  const VarDecl &Declared = *declaredBy(Variable);
  Region = isa<DeclStmt>(Origin) ? Scope : In.enclosing<CompoundStmt>(Origin);
  Start = isa<DeclStmt>(Origin) ? Ways.declaration(Declared) : Ways.place(Origin);
  for (const VariableUse &Use : Uses)
    if (Use.What == Kind::Assigns)
      addEvent(Ways.place(Use.Call), Kind::Assigns, Use.Call);
    else if (Use.What == Kind::Consumes)
      addEvent(Ways.place(Use.Site), Kind::Consumes, Use.Site);
    else if (Use.What == Kind::Observes)
      Questions.push_back(Use.Site);
  // Where a loop comes back to the declaration (`while (auto t = next())`), the value before is gone.
  addEvent(Ways.declaration(Declared), Kind::Drops, nullptr);
  for (auto &[Block, OfBlock] : Events)
    llvm::sort(OfBlock, [](const Event &A, const Event &B) { return A.Index < B.Index; });
}

void LossSearch::addEvent(Flow::Place At, VariableUse::Kind What, const Stmt *Site) {
  if (At.Block)
    Events[At.Block].push_back({At.Index, What, Site});
}

bool LossSearch::isInScope(const Stmt *S) const {
  const auto Position = Ways.position(S);
  return !Position || Ways.isWithin(*Position, Scope);
}

/// Finds the blocks that something about the variable can follow, as far as it lives.
void LossSearch::markAhead() {
  auto Spread = [&](std::set<const CFGBlock *> &Marked) {
    std::vector<const CFGBlock *> Pending(Marked.begin(), Marked.end());
    while (!Pending.empty()) {
      const CFGBlock *Block = Pending.back();
      Pending.pop_back();
      // Paths begin where the variable is declared, and again with each round of a loop around that.
      if (Block == Start.Block && isa<DeclStmt>(Origin))
        continue;
      for (const CFGBlock::AdjacentBlock &Before : Block->preds())
        if (const CFGBlock *B = Before.getReachableBlock(); B && Marked.insert(B).second) {
          Pending.push_back(B);
          Shared.Budget -= Shared.Budget > 0;
        }
    }
  };
  for (const auto &[Block, OfBlock] : Events)
    for (const Event &E : OfBlock) {
      if (E.What == VariableUse::Kind::Consumes)
        Using.insert(Block);
      if (E.What != VariableUse::Kind::Drops)
        Ahead.insert(Block);
    }
  for (const Expr *Question : Questions)
    for (const Stmt *S = Question; isa_and_nonnull<Expr>(S); S = In.parent(S))
      if (const CFGBlock *Block = Ways.place(S).Block)
        Ahead.insert(Block);
  Spread(Using);
  Spread(Ahead);
}

/// Whether \p Jump leaves the block in which the value was given from inside a condition there.
bool LossSearch::isEarlyExit(const Stmt *Jump) const {
  bool Conditional = false;
  for (const Stmt *Child = Jump, *P = In.parent(Child); P && P != Region; Child = P, P = In.parent(P)) {
    if (isa<BreakStmt>(Jump) && isa<SwitchStmt, WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(P))
      return false;
    if (isa<ContinueStmt>(Jump) && isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(P))
      return false;
    Conditional |= isa<IfStmt, SwitchStmt, WhileStmt, DoStmt, ForStmt, CXXForRangeStmt, CXXCatchStmt>(P);
  }
  return Conditional;
}

bool LossSearch::asksAboutVariable(const Expr *Condition) const {
  return Condition && llvm::any_of(Questions, [&](const Expr *Question) {
           const auto At = Ways.position(Question);
           return At && Ways.isWithin(*At, Condition);
         });
}

/// The block of the handler that catches \p Throw while the variable lives; null if there is none.
const CFGBlock *LossSearch::handlerOf(const CXXThrowExpr &Throw) const {
  for (const Stmt *Child = &Throw, *P = In.parent(Child); P && P != Scope; Child = P, P = In.parent(P))
    if (const auto *Try = dyn_cast<CXXTryStmt>(P); Try && Child == Try->getTryBlock())
      for (unsigned I = 0; I != Try->getNumHandlers(); ++I)
        if (catches(*Try->getHandler(I), Throw))
          return Ways.handler(Try->getHandler(I));
  return nullptr;
}

/// A throw, return or co_return on the way.
LossSearch::Step LossSearch::leave(const Stmt *S, const State &From, std::vector<State> &Next) const {
  if (!isInScope(S))
    return Step::Lost;
  if (Exits == EarlyExits::Ignore && isEarlyExit(S))
    return Step::Safe;
  if (const auto *Throw = dyn_cast<CXXThrowExpr>(S)) {
    if (const CFGBlock *Handler = handlerOf(*Throw))
      Next.push_back({Handler, 0, From.Decided, 0});
    return Step::Safe;
  }
  return Step::Continue;
}

/// Goes through the block of \p From. Either its end is reached (and \p Next gets the states that can follow), or the
/// value is used, or it is lost here.
LossSearch::Step LossSearch::follow(const State &From, Loss &Found, std::vector<State> &Next) const {
  const CFGBlock &Block = *From.Block;
  Found = {Loss::End::Scope, nullptr, nullptr, Loss::Taken::Case};
  if (&Block == &Ways.graph().getExit())
    return Step::Lost;
  if (auto Here = Ways.position(Block); Here && From.First == 0 && !Ways.isWithin(*Here, Scope))
    return Step::Lost;
  if (Block.hasNoReturnElement())
    return Step::Safe;
  auto OfBlock = Events.find(&Block);
  const llvm::ArrayRef<Event> Mine = OfBlock == Events.end() ? llvm::ArrayRef<Event>() : OfBlock->second;
  auto NextEvent = llvm::find_if(Mine, [&](const Event &E) { return E.Index >= From.First; });
  auto Handle = [&](unsigned Until) {
    for (; NextEvent != Mine.end() && NextEvent->Index < Until; ++NextEvent)
      switch (NextEvent->What) {
      case VariableUse::Kind::Assigns:
        Found = {Loss::End::Overwritten, NextEvent->Site, nullptr, Loss::Taken::Case};
        return Step::Lost;
      case VariableUse::Kind::Drops:
        Found.Choice = Loss::Taken::Loop;
        return Step::Lost;
      default:
        return Step::Safe;
      }
    return Step::Continue;
  };
  for (const auto &[Index, Leaving] : Ways.leaving(Block)) {
    if (Index < From.First)
      continue;
    if (const Step Outcome = Handle(Index); Outcome != Step::Continue)
      return Outcome;
    if (const Step Outcome = leave(Leaving, From, Next); Outcome != Step::Continue)
      return Outcome;
  }
  if (const Step Outcome = Handle(Block.size()); Outcome != Step::Continue)
    return Outcome;

  const Stmt *Terminator = Block.getTerminatorStmt();
  if (isa_and_nonnull<CXXTryStmt>(Terminator) || (isa_and_nonnull<BreakStmt, ContinueStmt, GotoStmt>(Terminator) &&
                                                  Exits == EarlyExits::Ignore && isEarlyExit(Terminator)))
    return Step::Safe;
  const Expr *Condition = conditionOf(Block);
  if (asksAboutVariable(Condition))
    return Step::Safe;
  Decisions Decided = From.Decided;
  Known.pass(Block, From.First, Decided);
  unsigned Index = 0;
  for (const CFGBlock::AdjacentBlock &Way : Block.succs()) {
    const bool Value = Index++ == 0;
    const CFGBlock *Successor = Way.getReachableBlock();
    State There{Successor, 0, Decided, 0};
    if (!Successor || (Condition && !Known.take(Block, Value, There.Decided)))
      continue;
    Known.forget(*Successor, There.Decided);
    Next.push_back(std::move(There));
  }
  return Step::Continue;
}

/// Whether some path from \p From, where nothing about the variable lies ahead, comes to the end of its scope.
bool LossSearch::endsUnused(const State &From) {
  LosingPaths::Dead &Ends = Shared.Ends[{Scope, Region, Exits}];
  std::vector<State> States{From};
  std::vector<int> Pending{0};
  std::set<std::pair<unsigned, Decisions>> Seen;
  States[0].Before = -1;
  while (!Pending.empty() && Shared.Budget > 0) {
    const int At = Pending.back();
    Pending.pop_back();
    const std::pair<unsigned, Decisions> Key{States[At].Block->getBlockID(), States[At].Decided};
    auto Answer = Ends.find(Key);
    if (Answer != Ends.end() ? !Answer->second : !Seen.insert(Key).second)
      continue;
    Loss Found{};
    std::vector<State> Next;
    --Shared.Budget;
    if (Answer != Ends.end() || follow(States[At], Found, Next) == Step::Lost) {
      for (int On = At; On >= 0; On = States[On].Before)
        Ends[{States[On].Block->getBlockID(), States[On].Decided}] = true;
      return true;
    }
    for (State &There : Next) {
      There.Before = At;
      Pending.push_back(static_cast<int>(States.size()));
      States.push_back(std::move(There));
    }
  }
  if (Pending.empty())
    for (const auto &Key : Seen)
      Ends[Key] = false;
  return false;
}

/// Names the last choice on the path to the last of \p States that led away from a use.
void LossSearch::explain(const std::vector<State> &States, Loss &Found) const {
  for (int At = static_cast<int>(States.size()) - 1; At >= 0 && States[At].Before >= 0; At = States[At].Before) {
    const CFGBlock &From = *States[States[At].Before].Block;
    const Stmt *Terminator = From.getTerminatorStmt();
    if (!Terminator || From.succ_size() < 2 || !isInScope(Terminator))
      continue; // Choices after the end of the variable's scope no longer matter.
    unsigned Index = 0, Taken = 0;
    bool Other = false;
    for (const CFGBlock::AdjacentBlock &Next : From.succs()) {
      if (Next.getReachableBlock() == States[At].Block)
        Taken = Index;
      else
        Other |= Using.count(Next.getReachableBlock()) != 0;
      ++Index;
    }
    if (!Other)
      continue;
    Found.Condition = conditionOf(From) ? static_cast<const Stmt *>(conditionOf(From)) : Terminator;
    Found.Choice = conditionOf(From)                  ? (Taken == 0 ? Loss::Taken::True : Loss::Taken::False)
                   : isa<CXXForRangeStmt>(Terminator) ? Loss::Taken::Loop
                                                      : Loss::Taken::Case;
    return;
  }
}

std::optional<Loss> LossSearch::run() {
  if (!Scope || !Start.Block)
    return std::nullopt;
  markAhead();
  // `c ? make() : task()` makes it only where c is true.
  const Stmt *From = Ways.position(Made) ? static_cast<const Stmt *>(Made) : Origin;
  std::vector<State> States{{Start.Block, Start.Index + 1, Known.decideAround(From), -1}};
  std::set<std::pair<unsigned, Decisions>> Seen;
  for (size_t At = 0; At != States.size(); ++At) {
    if (Shared.Budget == 0)
      return std::nullopt;
    --Shared.Budget;
    const State Here = States[At];
    Loss Found{Loss::End::Scope, nullptr, nullptr, Loss::Taken::Case};
    std::vector<State> Next;
    const bool Certain = Here.First == 0 && !Ahead.count(Here.Block);
    if (Certain ? endsUnused(Here) : follow(Here, Found, Next) == Step::Lost) {
      States.resize(At + 1);
      explain(States, Found);
      return Found;
    }
    for (State &There : Next) {
      There.Before = static_cast<int>(At);
      if (Seen.insert({There.Block->getBlockID(), There.Decided}).second)
        States.push_back(std::move(There));
    }
  }
  return std::nullopt;
}

std::optional<Loss> LosingPaths::find(const ValueDecl &Variable, const Stmt *Origin, const Expr *Made,
                                      llvm::ArrayRef<VariableUse> Uses, EarlyExits Exits) {
  // Most variables are simply used further down; no need for a graph then.
  const Stmt *Scope = scopeOf(Variable, In);
  auto Is = [](VariableUse::Kind What) { return [=](const VariableUse &Use) { return Use.What == What; }; };
  if (Exits == EarlyExits::Ignore && isa_and_nonnull<CompoundStmt>(Scope) &&
      llvm::none_of(Uses, Is(VariableUse::Kind::Assigns)) && llvm::any_of(Uses, [&](const VariableUse &Use) {
        return Use.What == VariableUse::Kind::Consumes && isUnconditional(Use.Site, Scope, In);
      }))
    return std::nullopt;
  if (!Built) {
    Built = true;
    Ways = Flow::of(In);
    if (Ways)
      Known.emplace(*Ways);
  }
  return Ways && Budget > 0 ? LossSearch(Variable, Origin, Made, Uses, Exits, *this).run() : std::nullopt;
}

} // namespace asynctidy
