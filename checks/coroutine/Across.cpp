// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the ways on from where a stretch begins, breadth first.

#include "coroutine/Across.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace clang;

namespace asynctidy {

bool Across::build() {
  if (Built)
    return Ways != nullptr;
  Built = true;
  for (const SuspensionPoint &P : In.suspensions())
    if (Types.maySuspend(P))
      Suspending[P.Site] = &P;
  if (!Suspending.empty())
    Ways = Flow::of(In);
  if (Ways)
    Known.emplace(*Ways);
  return Ways != nullptr;
}

/// The statement of \p In that the element \p E of a control flow graph stands for; null for others.
static const Stmt *statementOf(const CFGElement &E, const Body &In) {
  const auto Element = E.getAs<CFGStmt>();
  const Stmt *S = Element ? Element->getStmt() : nullptr;
  // The graph has a statement of its own for each variable.
  if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(S))
    if (const auto *Variable = dyn_cast<VarDecl>(*Declaration->decl_begin()))
      if (const DeclStmt *Written = In.declarationOf(*Variable))
        return Written;
  return S;
}

/// Tells \p Executes what is executed while \p S lasts, and the suspension point before it, if any; on each way until
/// it answers false.
void Across::walk(const Stretch &S, Visit Executes) {
  const bool FromTop = !S.Declared && !S.Begin;
  const Flow::Place Start = FromTop      ? Flow::Place{&Ways->graph().getEntry(), 0}
                            : S.Declared ? Ways->declaration(*S.Declared)
                                         : Ways->place(S.Begin);
  if (!Start.Block)
    return;
  auto IsOutside = [&](const Stmt *Executed) {
    const auto Position = S.Scope && Executed ? Ways->position(Executed) : std::nullopt;
    return Position && !Ways->isWithin(*Position, S.Scope);
  };
  struct State {
    const CFGBlock *Block;
    unsigned First;
    Decisions Decided;
    const SuspensionPoint *Across;
  };
  const Stmt *Origin = S.Declared ? In.declarationOf(*S.Declared) : S.Begin;
  std::vector<State> States{
      {Start.Block, FromTop ? 0 : Start.Index + 1, FromTop ? Decisions() : Known->decideAround(Origin), nullptr}};
  std::set<std::tuple<unsigned, Decisions, bool>> Seen;
  for (size_t At = 0; At != States.size(); ++At) {
    const State Here = States[At];
    const CFGBlock &Block = *Here.Block;
    const SuspensionPoint *Across = Here.Across;
    bool Over = false;
    for (unsigned I = Here.First; I != Block.size() && !Over; ++I) {
      if (Budget-- == 0) {
        Budget = 0;
        return;
      }
      const Stmt *Executed = statementOf(Block[I], In);
      if (!Executed)
        continue;
      // The declaration is met again where a loop comes back to it.
      Over = IsOutside(Executed) || S.Ends.count(Executed) || (Executed == Origin && isa<DeclStmt>(Executed)) ||
             !Executes(Across, Executed);
      if (const SuspensionPoint *P = Suspending.lookup(Executed))
        Across = P;
    }
    const Stmt *Target = Block.getLoopTarget();
    if (Over || IsOutside(Block.getTerminatorStmt()) || (Target && Target != S.Scope && IsOutside(Target)))
      continue;
    const Expr *Condition = conditionOf(Block);
    Decisions Decided = Here.Decided;
    Known->pass(Block, Here.First, Decided);
    unsigned Index = 0;
    for (const CFGBlock::AdjacentBlock &Way : Block.succs()) {
      const bool Value = Index++ == 0;
      const CFGBlock *Next = Way.getReachableBlock();
      State There{Next, 0, Decided, Across};
      if (!Next || (Condition && !Known->take(Block, Value, There.Decided)))
        continue;
      if (Condition) {
        const Expr *Asked = Condition->IgnoreParenImpCasts();
        bool Answer = Value;
        while (const auto *Not = dyn_cast<UnaryOperator>(Asked)) {
          if (Not->getOpcode() != UO_LNot)
            break;
          Asked = Not->getSubExpr()->IgnoreParenImpCasts();
          Answer = !Answer;
        }
        if (auto Ends = S.EndsWhen.find(Asked); Ends != S.EndsWhen.end() && Ends->second == Answer)
          continue;
      }
      Known->forget(*Next, There.Decided);
      if (Seen.insert({Next->getBlockID(), There.Decided, Across != nullptr}).second)
        States.push_back(std::move(There));
    }
  }
}

std::vector<const SuspensionPoint *> Across::suspensions(const Stretch &S) {
  std::vector<const SuspensionPoint *> Found;
  if (!build())
    return Found;
  walk(S, [&](const SuspensionPoint *, const Stmt *Executed) {
    if (const SuspensionPoint *P = Suspending.lookup(Executed); P && !llvm::is_contained(Found, P))
      Found.push_back(P);
    return true;
  });
  llvm::sort(Found); // They lie in one array, in source order.
  return Found;
}

std::optional<Across::Use> Across::firstUse(const Stretch &S, const llvm::SmallPtrSetImpl<const Stmt *> &Sites) {
  std::optional<Use> Found;
  if (!build())
    return Found;
  walk(S, [&](const SuspensionPoint *Crossed, const Stmt *Executed) {
    if (!Found && Crossed && Sites.count(Executed))
      Found = Use{Crossed, Executed};
    return !Found;
  });
  return Found;
}

} // namespace asynctidy
