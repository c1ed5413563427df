// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites a blocking call into the awaitable operation that the coroutine's library has for it.
#pragma once

#include "fix/Rewrite.h"
#include "summary/CallSite.h"
#include <optional>

namespace asynctidy {

/// `std::this_thread::sleep_for(d)` -> `co_await asyncrt::sleep_for(d)`: the operation that \p Fact names, written
/// as the library of the coroutine \p In writes it. Nothing when the library has none, when the value of the call
/// is used, or where co_await cannot stand (a handler, a macro, another function's body).
std::optional<Rewrite> awaitableTwin(const CallSite &Site, const FunctionFact &Fact, const Body &In,
                                     TranslationUnit &Unit);

/// The call wrapped into the library's way to run a blocking function off the loop, if it has one.
std::optional<Rewrite> offloaded(const CallSite &Site, const Body &In, TranslationUnit &Unit);

/// `f(x, use_future).get()` -> `co_await f(x, use_awaitable)`: \p Wait, whose object is what \p Operation gives, with
/// the completion token of the coroutine's library in the place of the one that gives a std::future.
std::optional<Rewrite> awaitedOperation(const CallSite &Wait, const CallSite &Operation, const Body &In,
                                        TranslationUnit &Unit);

} // namespace asynctidy
