// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises conditions by their structure.

#include "coroutine/Conditions.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/FoldingSet.h"
#include <algorithm>

using namespace clang;

namespace asynctidy {

const Expr *conditionOf(const CFGBlock &Block) {
  return Block.succ_size() == 2 && !isa_and_nonnull<SwitchStmt, CXXForRangeStmt>(Block.getTerminatorStmt())
             ? Block.getLastCondition()
             : nullptr;
}

Conditions::Conditions(const CFG &Graph, const ASTContext &Context) : Context(Context) {
  std::set<unsigned> Once;
  for (const CFGBlock *Block : Graph)
    if (const Expr *Condition = conditionOf(*Block))
      if (const unsigned Key = literal(Condition).Key; !Once.insert(Key).second)
        Repeated.insert(Key);
}

Conditions::Literal Conditions::literal(const Expr *Condition) const {
  bool Negated = false;
  const Expr *E = Condition->IgnoreParenImpCasts();
  while (const auto *Not = dyn_cast<UnaryOperator>(E)) {
    if (Not->getOpcode() != UO_LNot)
      break;
    Negated = !Negated;
    E = Not->getSubExpr()->IgnoreParenImpCasts();
  }
  llvm::FoldingSetNodeID Id;
  E->Profile(Id, Context, /*Canonical=*/true);
  return {Id.ComputeHash(), Negated};
}

static Decisions::const_iterator firstFrom(const Decisions &Decided, unsigned Key) {
  return std::lower_bound(Decided.begin(), Decided.end(), Key,
                          [](const auto &Entry, unsigned K) { return Entry.first < K; });
}

bool Conditions::isPossible(const Expr *Condition, bool Value, const Decisions &Decided) const {
  const Literal L = literal(Condition);
  auto Known = firstFrom(Decided, L.Key);
  return Known == Decided.end() || Known->first != L.Key || Known->second == (Value != L.Negated);
}

void Conditions::decide(const Expr *Condition, bool Value, Decisions &Decided) const {
  const Expr *E = Condition->IgnoreParenImpCasts();
  if (const auto *Both = dyn_cast<BinaryOperator>(E);
      Both && ((Both->getOpcode() == BO_LAnd && Value) || (Both->getOpcode() == BO_LOr && !Value))) {
    decide(Both->getLHS(), Value, Decided);
    decide(Both->getRHS(), Value, Decided);
    return;
  }
  const Literal L = literal(E);
  if (!Repeated.count(L.Key))
    return;
  auto At = firstFrom(Decided, L.Key);
  if (At == Decided.end() || At->first != L.Key)
    Decided.insert(At, {L.Key, Value != L.Negated});
}

void Conditions::decideAround(const Stmt *S, const Body &In, Decisions &Decided) const {
  for (const Stmt *Child = S, *P = In.parent(Child); P; Child = P, P = In.parent(P))
    if (const auto *If = dyn_cast<IfStmt>(P);
        If && If->getCond() && (Child == If->getThen() || Child == If->getElse()))
      decide(If->getCond(), Child == If->getThen(), Decided);
}

} // namespace asynctidy
