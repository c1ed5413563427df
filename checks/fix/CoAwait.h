// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Edits that await a value or hand it to somebody who does.
#pragma once

#include "TranslationUnit.h"
#include "clang/Basic/Diagnostic.h"
#include <optional>

namespace asynctidy {

/// Whether `co_await` can be written at \p At in \p In: in a coroutine, outside handlers, static initialisers and
/// default arguments. In an instantiation the answer is no: other instantiations share the text. While a lock guard
/// of this thread is alive the answer is no as well: a fix must not trade one mistake for a deadlock.
bool canAwaitAt(const clang::Expr *At, const Body &In, TranslationUnit &Unit);

/// `co_await ` before \p E, a value of the class \p Operand; nothing where it cannot be written or is not known to
/// be accepted, or where it gives the next operation that somebody has to await.
std::optional<clang::FixItHint> awaited(const clang::Expr *E, const clang::CXXRecordDecl &Operand, const Body &In,
                                        TranslationUnit &Unit);

/// The same for an operation that initialises \p Variable, which nothing names: in front of the initialiser \p E, or,
/// when awaiting gives no value to keep, in the place of the whole declaration. Nothing if the variable's type is
/// written out, since it would no longer fit.
std::optional<clang::FixItHint> awaitedInitialiser(const clang::VarDecl &Variable, const clang::Expr *E,
                                                   const clang::CXXRecordDecl &Operand, const Body &In,
                                                   TranslationUnit &Unit);

/// \p E handed to what the library of \p Operand has for work that nobody waits for; nothing if it has none, its header
/// is not included, or the operation has a result.
std::optional<clang::FixItHint> spawned(const clang::Expr *E, const clang::CXXRecordDecl &Operand, const Body &In,
                                        TranslationUnit &Unit);

} // namespace asynctidy
