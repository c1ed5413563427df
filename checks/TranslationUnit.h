// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that the checks of one run share about one translation unit; computed when first asked for.
#pragma once

#include "Option.h"
#include "coroutine/Awaitable.h"
#include "coroutine/Body.h"
#include "coroutine/ThreadLock.h"
#include "knowledge/Knowledge.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>

namespace asynctidy {

class Borrows;
class References;
class Summaries;

/// What the user set for all checks of a run.
struct Settings {
  std::shared_ptr<const Knowledge> Facts;
  std::vector<Named> BlockingFunctions; ///< Functions of the user's that block, with advice.
  bool LinksFiles = false;              ///< Whether somebody wants to know what depends on other files.
};

class TranslationUnit {
public:
  TranslationUnit(clang::ASTContext &Context, const Settings &Chosen);
  ~TranslationUnit();

  clang::ASTContext &context() const { return Context; }
  const Settings &settings() const { return Chosen; }
  const Knowledge &knowledge() const { return *Chosen.Facts; }
  const Awaitables &awaitables() const { return Types; }
  const ThreadLocks &locks() const { return Locks; }
  /// The body of \p F, walked once; \p F must have one.
  const Body &body(const clang::FunctionDecl &F);
  /// Whether the header \p Name ("boost/asio.hpp") was included, by whatever file.
  bool includes(llvm::StringRef Name) const;
  /// Whether the descriptor \p E may have been made non-blocking: somebody speaks of it in the files of this
  /// function, or the coroutine awaited something about it before. A literal descriptor was not.
  bool mayBeNonBlocking(const clang::Expr &E, const Body &In);
  /// What functions do beyond their own bodies.
  Summaries &summaries();
  /// What the tasks that calls make refer to and do not own.
  Borrows &borrows();
  /// Who names which function.
  const References &references();

private:
  clang::ASTContext &Context;
  bool fileMentionsNonBlocking(clang::SourceLocation Loc);

  const Settings Chosen;
  Awaitables Types;
  ThreadLocks Locks;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Body>> Bodies;
  llvm::DenseMap<clang::FileID, bool> NonBlockingFiles;
  std::unique_ptr<Summaries> Functions;
  std::unique_ptr<Borrows> Lent;
  std::unique_ptr<References> Names;
};

} // namespace asynctidy
