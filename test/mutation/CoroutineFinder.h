// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the coroutines a file defines, and the declarations whose text may be copied to hold a mutant.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include <optional>
#include <string>
#include <vector>

namespace mutation {

/// A half-open range of bytes in the main file.
struct Span {
  unsigned Begin = 0;
  unsigned End = 0;
};

/// The outermost function (or variable with a lambda) round a coroutine.
struct Container {
  Span Text;
  /// Where a helper function can be defined so that the container can call it.
  unsigned Before = 0;
  /// The name, when a renamed copy right behind the original is as good as the original.
  std::optional<Span> CloneName;
  /// Nothing instantiates a copy of a template, so it is as good only for what types do not decide.
  bool Template = false;
};

struct Coroutine {
  const clang::CompoundStmt *Body = nullptr;
  /// "function", "method", "lambda", each with "template " in front where types may be dependent.
  std::string What;
  /// Index into Coroutines::Containers.
  unsigned Container = 0;
  /// The type it returns as it can be written anywhere, if that begins when it is awaited and its coroutines may end
  /// without a value; else empty.
  std::string LazyTask;
};

struct Coroutines {
  std::vector<Coroutine> All;
  std::vector<Container> Containers;
};

/// The coroutines written in the main file outside macros.
Coroutines findCoroutines(clang::ASTContext &Context);

/// Appends the co_await and co_yield expressions written in \p S, not those of nested lambdas. With \p OutsideTry, only
/// those from which an exception leaves \p S.
void collectSuspensions(const clang::Stmt *S, bool OutsideTry, std::vector<const clang::Expr *> &Found);

/// Whether \p S holds a co_return with a value, outside nested lambdas.
bool returnsValue(const clang::Stmt *S);

/// False for an await whose await_ready() is `return true`, such as asking for the executor.
bool maySuspend(const clang::Expr *Suspension);

/// The bytes of the main file that \p Range was expanded from; nothing if they are not all in the main file.
std::optional<Span> spanOf(clang::SourceRange Range, const clang::ASTContext &Context);

} // namespace mutation
