// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a body does with its variables: which uses take the value of a pending operation, and which only look at it.
#pragma once

#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"

namespace asynctidy {

/// One place where a body names a variable or structured binding, or a reference to it.
struct VariableUse {
  enum class Kind {
    Drops,    ///< A statement that does nothing with it, or gives it another name.
    ToVoid,   ///< Cast to void: the author means to drop it.
    Observes, ///< Asks about it without taking it (task.done(), tasks.size()).
    Assigns,  ///< Gives it another value.
    Stores,   ///< Puts something into it (tasks.push_back(...)).
    Consumes, ///< Anything else: awaits, returns, moves, passes, captures, empties it.
  };
  const clang::Expr *Site; ///< The name, or the lambda whose body names it.
  Kind What;
  const clang::CallExpr *Call; ///< For Assigns, Stores and Observes: the call or operator that does it.
  bool Moved = false;          ///< Named through std::move.
};

/// The uses of some variables in one body, in source order.
class VariableUses {
public:
  /// Finds the uses of \p Variables in \p In. Naming one of the bindings of a structured binding is a use of that
  /// binding only.
  VariableUses(llvm::ArrayRef<const clang::ValueDecl *> Variables, const Body &In, const Knowledge &Facts);

  llvm::ArrayRef<VariableUse> of(const clang::ValueDecl &Variable) const;

private:
  llvm::DenseMap<const clang::ValueDecl *, llvm::SmallVector<VariableUse, 4>> Found;
};

/// The declaration that brings \p Variable into being: itself, or the structured binding it is part of.
const clang::VarDecl *declaredBy(const clang::ValueDecl &Variable);

} // namespace asynctidy
