// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What one function does itself, as far as other functions need to know: the shape that is linked over calls, and
// over files by the driver.
#pragma once

#include "coroutine/Context.h"
#include <deque>

namespace asynctidy {

/// Something a function does that matters to whoever calls it.
struct Effect {
  enum class Kind { Blocks, WaitsForTask, CreatesExecutor };
  Kind What;
  const clang::FunctionDecl *In; ///< The function that does it.
  const clang::Stmt *Site;       ///< Null for an implicit destructor, and where a variable is declared.
  clang::SourceLocation Loc;
  std::string Subject; ///< What is called or created, as the reader knows it.
  BlockKind Blocking = BlockKind::Sleep;
  bool Declared = false;                ///< Blocks because the user says so, by option or annotation; of no kind.
  bool RunsLoop = false;                ///< Waits by running an event loop.
  const clang::Expr *Awaited = nullptr; ///< What is waited for; see TaskWait.
  ExecutorKind Creates = ExecutorKind::Thread;
  const FunctionFact *Fact = nullptr; ///< What is known about the call; null if inferred or annotated.
  std::string Advice;
  std::string Inferred;                     ///< What was inferred and from what; empty if known.
  const clang::VarDecl *Variable = nullptr; ///< The local that holds what is created.
  clang::SourceLocation FilledAt;           ///< Where that gets the first of any number of them; invalid if it is one.
};

/// A call that leaves the function.
struct CallEdge {
  const clang::FunctionDecl *From;
  const clang::FunctionDecl *To;
  const clang::Stmt *Site; ///< Null for an implicit destructor.
  clang::SourceLocation Loc;
  enum class Kind { Call, Constructor, Destructor, Callable } How = Kind::Call;
  /// Callables among the arguments: position in the callee's parameters, and what runs when it is called; null
  /// with Forwards set when the caller's own parameter is passed on.
  struct Callable {
    unsigned Parameter;
    const clang::FunctionDecl *Target;
    int Forwards = -1;
  };
  llvm::SmallVector<Callable, 1> Callables;
};

/// A callable that is handed to somebody who runs it later.
struct HandedOver {
  const clang::FunctionDecl *Callable;
  const clang::Expr *Site; ///< The call that takes it.
  const clang::FunctionDecl *Taker;
  Handling How;
};

struct FunctionSummary {
  const clang::FunctionDecl *Function = nullptr;
  bool IsCoroutine = false;
  std::deque<Effect> Effects;
  std::deque<CallEdge> Calls;
  /// Calls of user functions whose code lies in another file.
  std::deque<CallEdge> Outside;
  std::vector<HandedOver> Handed;
  llvm::SmallVector<unsigned, 1> InvokedParameters; ///< Parameters (function pointers, std::function) it calls.
};

/// What \p E does to the thread, for messages: "sleeps", "waits for a task".
llvm::StringRef doing(const Effect &E);

/// Walks the body of \p F, which must have one (or be a destructor).
FunctionSummary summarise(const clang::FunctionDecl &F, TranslationUnit &Unit);

/// Where \p E happens in the body of its function: a call, or the declaration of the variable that holds what is
/// created; null for an implicit destructor.
const clang::Stmt *siteOf(const Effect &E, TranslationUnit &Unit);

/// Whether \p F belongs to a logger, by a standard term: that logging may reach a disk is known and meant.
bool isLogging(const clang::FunctionDecl &F, const Knowledge &Facts);

/// Whether code of \p F is looked into at all: it has a body here, is the user's and no described library's, and no
/// logger's.
bool isTransparent(const clang::FunctionDecl &F, TranslationUnit &Unit);

/// Whether \p F would be transparent in the file that has its code, which is not this one.
bool isOutside(const clang::FunctionDecl &F, TranslationUnit &Unit);

} // namespace asynctidy
