// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Work that is started and left to itself: where that happens, and what forgets how it ends.
#pragma once

#include "TranslationUnit.h"
#include "summary/CallSite.h"

namespace asynctidy {

/// A call after which nobody learns how the work that it starts has ended.
struct DetachedWork {
  CallSite Start;                            ///< The call that starts the work.
  const clang::FunctionDecl *Body = nullptr; ///< The coroutine that runs; null if it cannot be told.
  /// The completion token that drops exceptions, if it is one that does; the whole argument is Token.
  const clang::CXXRecordDecl *Dropper = nullptr;
  const clang::Expr *Token = nullptr;
  bool HandleDropped = false; ///< The call returns a handle with the exception, which nobody keeps.
  std::string Advice = {};    ///< From the knowledge file.
};

/// The detached work that \p S starts in \p In, if it does. With \p VoidIsMeant a cast to void says that the author
/// wants it so.
std::optional<DetachedWork> detachedWork(const clang::Stmt *S, const Body &In, TranslationUnit &Unit, bool VoidIsMeant);

/// Whether \p In is a coroutine that nobody can await and whose promise forgets every exception: its
/// unhandled_exception is seen to do nothing.
bool forgetsExceptions(const Body &In, const Awaitables &Types);

/// Whether the work of \p F was given something of its own, whose end tells others how the work ended, as a session
/// was: what can only be moved, such as a connection or a promise, as a parameter or captured, or an object that keeps
/// itself alive (std::enable_shared_from_this).
bool hasSomethingOfItsOwn(const clang::FunctionDecl &F, const Awaitables &Types);

} // namespace asynctidy
