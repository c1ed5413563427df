// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows scopes of tasks in local variables to paths on which nobody joins them.
#pragma once

#include "coroutine/LosingPath.h"
#include "coroutine/TaskScope.h"
#include "summary/Failure.h"

namespace asynctidy {

/// A scope that is left with work in it.
struct OpenScope {
  const clang::VarDecl *Variable;
  const clang::Expr *Spawn;                             ///< The first call that gives it work which nobody joins.
  llvm::SmallVector<const clang::Expr *, 2> Joins = {}; ///< The calls that join it on other paths.
  std::optional<Loss> Path = {};                        ///< How it is left, unless by an exception.
  std::optional<Failure> Thrown = {};                   ///< The exception that leaves it.
};

/// The scopes in the local variables of \p In into which something is spawned and that some path leaves without joining
/// them: by the end of their block, an early exit, or an exception that is seen to be thrown. A scope of which anything
/// is done but spawning, joining and asking is left in peace: somebody else may join it.
std::vector<OpenScope> openScopes(const Body &In, const TaskScopes &Types, TranslationUnit &Unit);

} // namespace asynctidy
