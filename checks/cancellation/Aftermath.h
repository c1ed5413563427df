// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a coroutine does once a handler is through with an exception: whether it ends or goes on as if nothing was.
#pragma once

#include "cancellation/Handler.h"

namespace asynctidy {

struct Aftermath {
  enum class Kind {
    Heeded,   ///< A stop test or a stored exception follows before the next suspension point.
    Ends,     ///< The coroutine ends by itself right after the handler.
    Leaves,   ///< The coroutine is left on purpose, without a value.
    Answers,  ///< The handler ends the coroutine with a value.
    Works,    ///< Something else is done, then the coroutine ends.
    Suspends, ///< The coroutine awaits something again.
    Repeats,  ///< A loop round the try statement begins anew.
  };
  Kind What = Kind::Ends;
  clang::SourceLocation At; ///< Where that is; invalid for Ends.

  bool goesOn() const { return What == Kind::Works || What == Kind::Suspends || What == Kind::Repeats; }
};

/// Whether \p S only ends something: the call, or the await of a call, of a function that is named for that
/// (`socket.close();`, `co_await join(threads);`), without anything awaitable being made for it.
bool isTearDown(const clang::Stmt *S, const Awaitables &Types, const Knowledge &Facts);

/// What follows after \p Handler of \p Try. Conditions are not evaluated: a test on any path counts as heeding.
Aftermath aftermathOf(const clang::CXXTryStmt &Try, const clang::CXXCatchStmt &Handler, const Body &In,
                      const HandlerReader &Reader, const TranslationUnit &Unit);

/// What follows after the statement \p S of \p In.
Aftermath aftermathOf(const clang::Stmt &S, const Body &In, const HandlerReader &Reader, const TranslationUnit &Unit);

} // namespace asynctidy
