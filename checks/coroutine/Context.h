// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who runs a piece of code, and where: callables handed to other functions, and coroutines that move to another
// executor. The commonest source of false alarms in every language; when in doubt the answer is Unknown.
#pragma once

#include "coroutine/Executor.h"
#include "summary/CallSite.h"

namespace asynctidy {

/// Where the body of a callable runs.
enum class Place {
  Caller,    ///< Before the function it was handed to returns, on the same thread.
  Loop,      ///< On an event loop.
  Elsewhere, ///< On another thread or in another process.
  Unknown,
};

/// The function that runs when \p E is called: a lambda (written here or held by a local variable), a function, a
/// member bound by std::bind and the like, or the same wrapped into std::function. Null if it cannot be told.
const clang::FunctionDecl *callableOf(const clang::Expr *E);

/// The call operator of the object that \p E gives as a callable, as it is, by std::ref or by a copy: `*this`, a
/// variable or a member of a class with just one call operator, which is neither virtual nor a template. Null for
/// others.
const clang::FunctionDecl *callOperatorOf(const clang::Expr *E);

/// Where a callable that was handed to a function runs, and whether that was inferred from a standard term.
struct Handling {
  Place Where = Place::Unknown;
  bool Inferred = false;
};

/// Where \p Site runs its argument \p Index, as far as knowledge or the standard terms say.
Handling handlingOf(const CallSite &Site, unsigned Index, const Knowledge &Facts);

/// The same for a call in \p In: what is only wrapped there, as by bind_allocator(a, f), runs where whoever takes the
/// wrapper right away lets it run.
Handling handlingOf(const CallSite &Site, unsigned Index, const Body &In, const Knowledge &Facts);

/// The statements of \p In that run after the coroutine moved to an executor that may block (a thread pool), on at
/// least one path: by awaiting something like pool.schedule() or the pool itself, with a completion token that is bound
/// to a pool, or with an awaiter that visibly hands the coroutine to another thread.
class OffLoop {
public:
  OffLoop(const Body &In, TranslationUnit &Unit);
  /// Whether \p S may run off the event loop.
  bool contains(const clang::Stmt *S) const;

private:
  const Body &In;
  bool Everywhere = false; ///< No control flow graph, but a move was seen.
  llvm::DenseMap<const clang::Stmt *, bool> Moved;
};

} // namespace asynctidy
