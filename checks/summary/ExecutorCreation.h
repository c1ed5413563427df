// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools, loops, threads and processes that a function makes for one call and tears down with it.
#pragma once

#include "summary/FunctionSummary.h"

namespace asynctidy {

/// Adds to \p Effects what \p In creates and does not hand on: a local executor, one held by a local smart
/// pointer, new and delete in one function, a temporary, a container of threads, a call that starts a thread.
void findCreatedExecutors(const Body &In, TranslationUnit &Unit, std::deque<Effect> &Effects);

} // namespace asynctidy
