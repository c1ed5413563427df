// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What awaiting a value gives.
#pragma once

#include "coroutine/Awaitable.h"

namespace asynctidy {

/// The type of `co_await` applied to a value of \p Record, as far as its types show it: await_resume of the awaiter,
/// or for tasks whose operators are not instantiated yet their type argument. Null if it cannot be told.
clang::QualType awaitResult(const clang::CXXRecordDecl *Record, const Awaitables &Types, clang::ASTContext &Context);

/// The class of \p T if an object of it owns something for as long as it lives: it has a destructor that does
/// something and cannot be copied. Null otherwise.
const clang::CXXRecordDecl *ownerClass(clang::QualType T, const Knowledge &Facts);

} // namespace asynctidy
