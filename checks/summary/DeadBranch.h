// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls whose constant arguments shut a branch of the function that is called.
#pragma once

#include "summary/FunctionSummary.h"

namespace asynctidy {

/// Whether \p Call never comes to \p Next, a statement of the function it calls: it gives a parameter a constant (a
/// default argument, an empty string, nullptr, a number), and the function asks for that parameter before.
bool isRuledOut(const CallEdge &Call, const clang::Stmt *Next, TranslationUnit &Unit);

} // namespace asynctidy
