// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Indexes a control flow graph.

#include "coroutine/Flow.h"
#include <climits>

using namespace clang;

namespace asynctidy {

std::unique_ptr<Flow> Flow::of(const Body &In) {
  if (In.function().isDependentContext())
    return nullptr;
  CFG::BuildOptions Options;
  Options.setAllAlwaysAdd();
  Options.PruneTriviallyFalseEdges = true;
  auto Graph = CFG::buildCFG(&In.function(), const_cast<Stmt *>(In.root()), &In.function().getASTContext(), Options);
  return Graph ? std::unique_ptr<Flow>(new Flow(In, std::move(Graph))) : nullptr;
}

Flow::Flow(const Body &In, std::unique_ptr<CFG> Built)
    : In(In), Graph(std::move(Built)), Leaving(Graph->getNumBlockIDs()), Starts(Graph->getNumBlockIDs()) {
  const llvm::ArrayRef<const Stmt *> Statements = In.statements();
  for (unsigned I = 0; I != Statements.size(); ++I) {
    Ranges.try_emplace(Statements[I], I, I + 1);
    Jumps |= isa<GotoStmt, IndirectGotoStmt>(Statements[I]);
  }
  // Parents come before their children.
  for (unsigned I = Statements.size(); I-- != 0;)
    if (const Stmt *Parent = In.parent(Statements[I]); Parent && Ranges.lookup(Statements[I]).first == I) {
      unsigned &End = Ranges[Parent].second;
      End = std::max(End, Ranges.lookup(Statements[I]).second);
    }
  for (const CFGBlock *Block : *Graph) {
    if (const auto *Catch = dyn_cast_or_null<CXXCatchStmt>(Block->getLabel()))
      Handlers[Catch] = Block;
    std::optional<unsigned> &Start = Starts[Block->getBlockID()];
    for (unsigned I = 0; I != Block->size(); ++I) {
      auto Element = (*Block)[I].getAs<CFGStmt>();
      if (!Element)
        continue;
      const Stmt *S = Element->getStmt();
      Places.try_emplace(S, Place{Block, I});
      if (const auto *Declaration = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Declaration->decls())
          if (const auto *Variable = dyn_cast<VarDecl>(D)) {
            Declared.try_emplace(Variable, Place{Block, I});
            S = In.declarationOf(*Variable); // The graph has a statement of its own for each variable.
          }
      }
      if (!Start)
        Start = position(S);
      if (isa_and_nonnull<CXXThrowExpr, ReturnStmt, CoreturnStmt>(S))
        Leaving[Block->getBlockID()].push_back({I, S});
    }
    if (const Stmt *Terminator = Block->getTerminatorStmt(); Terminator && !Start)
      Start = position(Terminator);
  }
}

llvm::ArrayRef<std::pair<unsigned, const Stmt *>> Flow::leaving(const CFGBlock &Block) const {
  return Leaving[Block.getBlockID()];
}

std::optional<unsigned> Flow::position(const Stmt *S) const {
  auto Range = Ranges.find(S);
  return Range == Ranges.end() ? std::nullopt : std::optional(Range->second.first);
}

bool Flow::isWithin(unsigned Position, const Stmt *Outer) const {
  auto Range = Ranges.find(Outer);
  return Range != Ranges.end() && Range->second.first <= Position && Position < Range->second.second;
}

unsigned Flow::reachableUntil(const Stmt *S) const {
  if (Jumps)
    return UINT_MAX;
  const Stmt *Last = S;
  for (const Stmt *P = S; P; P = In.parent(P))
    if (isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(P))
      Last = P;
  auto Range = Ranges.find(Last);
  return Range == Ranges.end() ? UINT_MAX : Range->second.second;
}

} // namespace asynctidy
