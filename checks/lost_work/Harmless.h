// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes of awaitable classes whose values may be dropped without losing work.
#pragma once

#include "TranslationUnit.h"

namespace asynctidy {

/// Whether \p Class is a value that co_await merely unpacks, like an expected or optional: it tells whether it has a
/// value, gives it, and is no coroutine that waits to be started.
bool isPlainValue(const clang::CXXRecordDecl &Class, const TranslationUnit &Unit);

/// Whether \p Class is nothing but std::suspend_always or std::suspend_never.
bool isBareSuspension(const clang::CXXRecordDecl &Class);

/// Whether the destructor of \p Class is seen to wait on this thread for something other than a lock: it joins.
bool waitsInDestructor(const clang::CXXRecordDecl &Class, TranslationUnit &Unit);

/// Whether \p Method belongs to the protocol between a coroutine and its promise. Called by hand, its result is an
/// awaiter that nobody means to await.
bool isPromiseProtocol(const clang::FunctionDecl &Method);

/// What calling the argument \p E gives, if it is a callable; null otherwise.
clang::QualType resultOfCalling(const clang::Expr &E);

/// Whether a value of \p Class is seen to keep one of the operations it was made from: in a member or a template
/// argument, itself or as a callable that makes one. Such a value is the operation; any other is a handle.
bool keepsOperation(const clang::CXXRecordDecl &Class, const Awaitables &Types);

} // namespace asynctidy
