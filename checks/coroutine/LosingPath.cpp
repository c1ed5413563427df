// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Breadth-first search over (block, what is known about repeated conditions), shortest path first.

#include "coroutine/LosingPath.h"
#include "coroutine/Conditions.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>
#include <set>

using namespace clang;

namespace asynctidy {
namespace {

/// The statement that \p Variable is local to.
const Stmt *scopeOf(const ValueDecl &Variable, const Body &In) {
  const DeclStmt *Declaration = In.declarationOf(*declaredBy(Variable));
  return Declaration ? In.parent(Declaration) : nullptr;
}

/// Whether \p S is executed whenever control goes through \p Scope to its end.
bool isUnconditional(const Stmt *S, const Stmt *Scope, const Body &In) {
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

/// A body with more ways through it than this is left alone.
constexpr unsigned MaxStates = 1u << 14;

struct State {
  const CFGBlock *Block;
  unsigned First; ///< Index of the first element to look at.
  Decisions Decided;
  int Before; ///< Index of the state this one was reached from.
};

class Search {
public:
  Search(const ValueDecl &Variable, const Stmt *Origin, llvm::ArrayRef<VariableUse> Uses, EarlyExits Exits,
         const Body &In, const CFG &Graph)
      : Variable(Variable), Origin(Origin), Exits(Exits), In(In), Graph(Graph),
        Known(Graph, In.function().getASTContext()) {
    for (const VariableUse &Use : Uses)
      Events[Use.What == VariableUse::Kind::Assigns ? static_cast<const Stmt *>(Use.Call) : Use.Site] = Use.What;
    Scope = scopeOf(Variable, In);
    Region = isa<DeclStmt>(Origin) ? Scope : In.enclosing<CompoundStmt>(Origin);
  }

  std::optional<Loss> run();

private:
  enum class Step { Continue, Safe, Lost };

  bool declares(const DeclStmt &Declaration) const {
    return llvm::is_contained(Declaration.decls(), declaredBy(Variable));
  }
  Step step(const Stmt *S, Loss &Found) const;
  bool isEarlyExit(const Stmt *Jump) const;
  bool asksAboutVariable(const Stmt *Condition) const;
  void markUsing();
  void explain(int Last, Loss &Found) const;

  const ValueDecl &Variable;
  const Stmt *Origin;
  const EarlyExits Exits;
  const Body &In;
  const CFG &Graph;
  const Stmt *Scope = nullptr;  ///< The statement that the variable is local to.
  const Stmt *Region = nullptr; ///< The block in which it gets the value.
  llvm::DenseMap<const Stmt *, VariableUse::Kind> Events;
  const Conditions Known;
  std::set<const CFGBlock *> Using; ///< Blocks from which a consuming use can be reached.
  std::vector<State> States;
};

/// Whether \p Jump leaves the block in which the value was given from inside a condition there.
bool Search::isEarlyExit(const Stmt *Jump) const {
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

bool Search::asksAboutVariable(const Stmt *Condition) const {
  if (!Condition)
    return false;
  if (auto Event = Events.find(Condition); Event != Events.end() && Event->second == VariableUse::Kind::Observes)
    return true;
  return llvm::any_of(Condition->children(), [&](const Stmt *Child) { return asksAboutVariable(Child); });
}

Search::Step Search::step(const Stmt *S, Loss &Found) const {
  if (isa<CXXThrowExpr>(S))
    return Step::Safe;
  if (isa<ReturnStmt, CoreturnStmt>(S) && Exits == EarlyExits::Ignore && isEarlyExit(S))
    return Step::Safe;
  if (const auto *Declaration = dyn_cast<DeclStmt>(S); Declaration && declares(*Declaration)) {
    Found = {Loss::End::Scope, nullptr, nullptr, Loss::Taken::Loop};
    return Step::Lost;
  }
  auto Event = Events.find(S);
  if (Event == Events.end())
    return Step::Continue;
  if (Event->second == VariableUse::Kind::Consumes)
    return Step::Safe;
  if (Event->second == VariableUse::Kind::Assigns) {
    Found = {Loss::End::Overwritten, S, nullptr, Loss::Taken::Case};
    return Step::Lost;
  }
  return Step::Continue;
}

/// Blocks that a consuming use can follow.
void Search::markUsing() {
  std::deque<const CFGBlock *> Pending;
  for (const CFGBlock *Block : Graph)
    for (const CFGElement &Element : *Block)
      if (auto Statement = Element.getAs<CFGStmt>())
        if (auto Event = Events.find(Statement->getStmt());
            Event != Events.end() && Event->second == VariableUse::Kind::Consumes && Using.insert(Block).second)
          Pending.push_back(Block);
  while (!Pending.empty()) {
    const CFGBlock *Block = Pending.front();
    Pending.pop_front();
    for (const CFGBlock::AdjacentBlock &Before : Block->preds())
      if (const CFGBlock *B = Before.getReachableBlock(); B && Using.insert(B).second)
        Pending.push_back(B);
  }
}

/// Names the last choice on the path to \p Last that led away from a use.
void Search::explain(int Last, Loss &Found) const {
  for (int At = Last; At >= 0 && States[At].Before >= 0; At = States[At].Before) {
    const CFGBlock &From = *States[States[At].Before].Block;
    const Stmt *Terminator = From.getTerminatorStmt();
    if (!Terminator || From.succ_size() < 2 || !In.isWithin(Terminator, Scope))
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
    Found.Choice = conditionOf(From)                ? (Taken == 0 ? Loss::Taken::True : Loss::Taken::False)
                   : isa<CXXForRangeStmt>(Terminator) ? Loss::Taken::Loop
                                                      : Loss::Taken::Case;
    return;
  }
}

std::optional<Loss> Search::run() {
  if (!Scope)
    return std::nullopt;
  State Start{nullptr, 0, {}, -1};
  for (const CFGBlock *Block : Graph)
    for (unsigned I = 0; I != Block->size() && !Start.Block; ++I)
      if (auto Statement = (*Block)[I].getAs<CFGStmt>()) {
        const Stmt *S = Statement->getStmt();
        const auto *Declaration = dyn_cast<DeclStmt>(S);
        if (S == Origin || (Declaration && isa<DeclStmt>(Origin) && declares(*Declaration)))
          Start = {Block, I + 1, {}, -1};
      }
  if (!Start.Block)
    return std::nullopt;
  Known.decideAround(Origin, In, Start.Decided);
  markUsing();
  std::set<std::pair<const CFGBlock *, Decisions>> Seen;
  States.push_back(Start);
  for (unsigned At = 0; At != States.size(); ++At) {
    if (At > MaxStates)
      return std::nullopt;
    const State Here = States[At];
    if (Here.Block == &Graph.getExit()) {
      Loss Found{Loss::End::Scope, nullptr, nullptr, Loss::Taken::Case};
      explain(static_cast<int>(At), Found);
      return Found;
    }
    Step Outcome = Here.Block->hasNoReturnElement() ? Step::Safe : Step::Continue;
    Loss Found{};
    for (unsigned I = Here.First; I < Here.Block->size() && Outcome == Step::Continue; ++I)
      if (auto Statement = (*Here.Block)[I].getAs<CFGStmt>())
        Outcome = step(Statement->getStmt(), Found);
    if (Outcome == Step::Lost) {
      explain(static_cast<int>(At), Found);
      return Found;
    }
    const Stmt *Terminator = Here.Block->getTerminatorStmt();
    if (Outcome == Step::Safe || isa_and_nonnull<CXXTryStmt>(Terminator))
      continue;
    if (isa_and_nonnull<BreakStmt, ContinueStmt, GotoStmt>(Terminator) && Exits == EarlyExits::Ignore &&
        isEarlyExit(Terminator))
      continue;
    const Expr *Condition = conditionOf(*Here.Block);
    if (asksAboutVariable(Condition))
      continue;
    unsigned Index = 0;
    for (const CFGBlock::AdjacentBlock &Next : Here.Block->succs()) {
      const unsigned Way = Index++;
      if (!Terminator && Way > 0)
        break; // The second way out of a call is an exception.
      const CFGBlock *Successor = Next.getReachableBlock();
      if (!Successor)
        continue;
      State There{Successor, 0, Here.Decided, static_cast<int>(At)};
      if (Condition) {
        if (!Known.isPossible(Condition, Way == 0, There.Decided))
          continue;
        Known.decide(Condition, Way == 0, There.Decided);
      }
      if (Seen.insert({Successor, There.Decided}).second)
        States.push_back(std::move(There));
    }
  }
  return std::nullopt;
}

} // namespace

std::optional<Loss> findLoss(const ValueDecl &Variable, const Stmt *Origin, llvm::ArrayRef<VariableUse> Uses,
                             EarlyExits Exits, const Body &In) {
  // Most variables are simply used further down; no need for a graph then.
  const Stmt *Scope = scopeOf(Variable, In);
  auto Is = [](VariableUse::Kind What) { return [=](const VariableUse &Use) { return Use.What == What; }; };
  if (Exits == EarlyExits::Ignore && isa_and_nonnull<CompoundStmt>(Scope) &&
      llvm::none_of(Uses, Is(VariableUse::Kind::Assigns)) && llvm::any_of(Uses, [&](const VariableUse &Use) {
        return Use.What == VariableUse::Kind::Consumes && isUnconditional(Use.Site, Scope, In);
      }))
    return std::nullopt;
  const CFG *Graph = In.cfg();
  return Graph ? Search(Variable, Origin, Uses, Exits, In, *Graph).run() : std::nullopt;
}

} // namespace asynctidy
