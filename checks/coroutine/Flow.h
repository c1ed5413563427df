// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ways through one body, indexed once for all that is asked about them.
#pragma once

#include "coroutine/Body.h"
#include "clang/Analysis/CFG.h"
#include <optional>

namespace asynctidy {

/// A control flow graph of a body without the edges of exceptions that calls throw, and where its statements stand.
class Flow {
public:
  /// Nothing where clang cannot build a graph.
  static std::unique_ptr<Flow> of(const Body &In);

  struct Place {
    const clang::CFGBlock *Block = nullptr;
    unsigned Index = 0;
  };

  const Body &body() const { return In; }
  const clang::CFG &graph() const { return *Graph; }
  /// Where \p S is an element of the graph; no block if it is none.
  Place place(const clang::Stmt *S) const { return Places.lookup(S); }
  /// Where \p Variable is declared.
  Place declaration(const clang::VarDecl &Variable) const { return Declared.lookup(&Variable); }
  /// The block of \p Handler.
  const clang::CFGBlock *handler(const clang::CXXCatchStmt *Handler) const { return Handlers.lookup(Handler); }
  /// The statements of \p Block that leave a body or block by themselves: throw, return, co_return.
  llvm::ArrayRef<std::pair<unsigned, const clang::Stmt *>> leaving(const clang::CFGBlock &Block) const;

  /// The position of \p S in source order.
  std::optional<unsigned> position(const clang::Stmt *S) const;
  /// The position of the first statement of \p Block; nothing for blocks that only join others.
  std::optional<unsigned> position(const clang::CFGBlock &Block) const { return Starts[Block.getBlockID()]; }
  /// Whether the statement at \p Position is \p Outer or lies in it.
  bool isWithin(unsigned Position, const clang::Stmt *Outer) const;
  /// The last position from which control can come to \p S: its own, or the end of the loops around it.
  unsigned reachableUntil(const clang::Stmt *S) const;

private:
  Flow(const Body &In, std::unique_ptr<clang::CFG> Graph);

  const Body &In;
  std::unique_ptr<clang::CFG> Graph;
  llvm::DenseMap<const clang::Stmt *, Place> Places;
  llvm::DenseMap<const clang::VarDecl *, Place> Declared;
  llvm::DenseMap<const clang::CXXCatchStmt *, const clang::CFGBlock *> Handlers;
  std::vector<llvm::SmallVector<std::pair<unsigned, const clang::Stmt *>, 0>> Leaving; ///< By block.
  std::vector<std::optional<unsigned>> Starts;                                         ///< By block.
  llvm::DenseMap<const clang::Stmt *, std::pair<unsigned, unsigned>> Ranges;           ///< First position, end.
  bool Jumps = false;                                                                  ///< It has a goto.
};

} // namespace asynctidy
