// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls whose constant arguments shut a branch of the function that is called.
#pragma once

#include "summary/Summaries.h"

namespace asynctidy {

/// Whether the way that \p W tells is never gone: a call on it gives a parameter a constant (a default argument, an
/// empty string, nullptr, a number), and the function that is called asks for that parameter before it goes on.
bool isRuledOut(const Witness &W, TranslationUnit &Unit);

} // namespace asynctidy
