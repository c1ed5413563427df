// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Edits that turn a function which returns a task into a coroutine.
#pragma once

#include "TranslationUnit.h"
#include "clang/Basic/Diagnostic.h"

namespace asynctidy {

/// `co_return co_await` in the place of each return of \p In, so that what the function holds lives in the frame of
/// its own task. Nothing where the function cannot be a coroutine (it deduces its return type, is a constructor, is
/// constexpr, is a lambda with captures), where a return gives another type or is not a value made there, or where not
/// every return can be edited.
std::vector<clang::FixItHint> madeCoroutine(const Body &In, TranslationUnit &Unit);

} // namespace asynctidy
