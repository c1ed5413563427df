// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sorts what is done with a scope, and searches from each spawn for a way out that passes no join.

#include "lost_work/OpenScope.h"
#include "summary/CallSite.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace clang;

namespace asynctidy {

namespace {

/// What is done with one scope.
struct ScopeUses {
  llvm::SmallVector<const Expr *, 4> Spawns;
  llvm::SmallVector<const Expr *, 2> Joins;
  llvm::SmallVector<VariableUse, 4> OnPaths; ///< For the search: joins, and questions.
  bool Shared = false;                       ///< Somebody else has it, too.
};

/// The call of a member of what \p Site names; null if there is none.
const CXXMemberCallExpr *memberCallOn(const Expr *Site, const Body &In) {
  const auto *Member = dyn_cast_or_null<MemberExpr>(In.significantParent(Site));
  const auto *Call = Member ? dyn_cast_or_null<CXXMemberCallExpr>(In.significantParent(Member)) : nullptr;
  return Call && Call->getCallee()->IgnoreParens() == Member ? Call : nullptr;
}

ScopeUses usesOf(llvm::ArrayRef<VariableUse> Uses, const Body &In, const TaskScopes &Types) {
  ScopeUses Found;
  for (const VariableUse &Use : Uses)
    if (const CXXMemberCallExpr *Call = memberCallOn(Use.Site, In); Call && Types.spawns(*Call))
      Found.Spawns.push_back(Call);
  for (const VariableUse &Use : Uses) {
    const CXXMemberCallExpr *Call = memberCallOn(Use.Site, In);
    const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
    const bool Awaited = isa_and_nonnull<CoawaitExpr>(In.significantParent(Use.Site));
    if ((Method && Types.joins(*Method)) || Awaited) {
      Found.Joins.push_back(Awaited ? Use.Site : Call);
      Found.OnPaths.push_back({Use.Site, VariableUse::Kind::Consumes, nullptr});
    } else if (Use.What == VariableUse::Kind::Observes || (Method && Types.observes(*Method))) {
      Found.OnPaths.push_back({Use.Site, VariableUse::Kind::Observes, Call});
    } else if (Use.What != VariableUse::Kind::Drops &&
               // Work that is given to the scope may know it: it is over when the scope is joined, and cannot join it.
               llvm::none_of(Found.Spawns, [&](const Expr *Spawn) { return In.isWithin(Use.Site, Spawn); })) {
      Found.Shared = true;
    }
  }
  return Found;
}

/// Where an exception that is seen to be thrown leaves \p Scope after \p Spawn and before any of \p Joins.
std::optional<Failure> thrownPast(const Expr *Spawn, llvm::ArrayRef<const Expr *> Joins, const Stmt *Scope,
                                  const Flow &Ways, TranslationUnit &Unit) {
  const Body &In = Ways.body();
  std::set<const CFGBlock *> Seen;
  std::vector<Flow::Place> Pending{Ways.place(Spawn)};
  if (!Pending[0].Block)
    return std::nullopt;
  ++Pending[0].Index;
  while (!Pending.empty()) {
    const auto [Block, First] = Pending.back();
    Pending.pop_back();
    bool Ended = false;
    for (unsigned I = First; I < Block->size() && !Ended; ++I) {
      const auto Element = (*Block)[I].getAs<CFGStmt>();
      if (!Element)
        continue;
      const Stmt *S = Element->getStmt();
      const auto Position = Ways.position(S);
      Ended = (Position && !Ways.isWithin(*Position, Scope)) || llvm::is_contained(Joins, S);
      if (!Ended && (isa<CXXThrowExpr>(S) || isa<CallExpr>(S) || isa<CXXConstructExpr>(S)))
        if (auto Found = failureAt(S, Scope, In, Unit))
          return Found;
    }
    if (Ended)
      continue;
    for (const CFGBlock::AdjacentBlock &Next : Block->succs())
      if (const CFGBlock *B = Next.getReachableBlock(); B && Seen.insert(B).second)
        Pending.push_back({B, 0});
  }
  return std::nullopt;
}

} // namespace

std::vector<OpenScope> openScopes(const Body &In, const TaskScopes &Types, TranslationUnit &Unit) {
  std::vector<OpenScope> Found;
  llvm::SmallVector<const ValueDecl *, 2> Scopes;
  for (const VarDecl *Variable : In.locals())
    if (Variable->hasLocalStorage() && In.declarationOf(*Variable) && Types.isScope(Variable->getType()))
      Scopes.push_back(Variable);
  if (Scopes.empty())
    return Found;
  const VariableUses Uses(Scopes, In, Unit.knowledge());
  LosingPaths Paths(In);
  const std::unique_ptr<Flow> Ways = Flow::of(In);
  for (const ValueDecl *Scope : Scopes) {
    const auto *Variable = cast<VarDecl>(Scope);
    const ScopeUses Mine = usesOf(Uses.of(*Scope), In, Types);
    if (Mine.Shared)
      continue;
    for (const Expr *Spawn : Mine.Spawns) {
      OpenScope Open{Variable, Spawn, Mine.Joins};
      Open.Path = Paths.find(*Scope, Spawn, Spawn, Mine.OnPaths, EarlyExits::Count);
      if (!Open.Path && Ways && !Mine.Joins.empty())
        Open.Thrown = thrownPast(Spawn, Mine.Joins, In.parent(In.declarationOf(*Variable)), *Ways, Unit);
      if (Open.Path || Open.Thrown) {
        Found.push_back(std::move(Open));
        break;
      }
    }
  }
  return Found;
}

} // namespace asynctidy
