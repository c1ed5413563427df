// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// await_graph(): which tasks there are, and what each of their coroutines awaits.
#pragma once

#include <asyncrt/core/scheduler.hpp>

#include <cstddef>
#include <string>

namespace asyncrt::debug {

/// The tasks of \p loop in the order in which they were spawned, each with its coroutines from the outermost in, and
/// the line of the co_await in which each of them is. What an adapter such as with_timeout() or when_all() runs stands
/// below the coroutine that awaits that, further in. Of the coroutine that runs at the moment only the name is known.
///
/// On the loop's thread, or while the loop does not run. Throws std::bad_alloc.
std::string await_graph(scheduler &loop);

/// The part of one task: \p task is its environment, that of spawn().
std::string await_graph(environment &task);

/// Writes it to standard error.
void dump_await_graph(scheduler &loop) noexcept;

/// The same in pieces: \p write is called with a text and its length, again and again. Allocates nothing, for signal
/// handlers that interrupt a coroutine on the loop's thread.
void write_await_graph(scheduler &loop, void (*write)(void *to, const char *text, std::size_t size), void *to) noexcept;

} // namespace asyncrt::debug
