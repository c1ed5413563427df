// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A look at each coroutine frame that is made and destroyed: how large it is, how deep in a step, and who is left.
#pragma once

#include <asyncrt/core/scheduler.hpp>

#include <cstddef>

namespace asyncrt::debug {

/// While one lives, frames of all threads are looked at, each coroutine is reported once for each reason: from \p large
/// bytes on as async-large-frame; made or ended so that a step needs \p deep bytes of stack, as
/// async-resume-in-await-suspend. Zero: never. Of several the bounds of the newest count. Frames that are older than
/// all of them are not known.
class frame_watcher {
public:
  frame_watcher(std::size_t large, std::size_t deep);
  frame_watcher(const frame_watcher &) = delete;
  frame_watcher &operator=(const frame_watcher &) = delete;
  ~frame_watcher();

  /// A step begins or ends on this thread, in a frame of the stack that is at \p stack; null for the end.
  static void step(const void *stack) noexcept;
  /// Reports as async-detached-task the coroutines that have begun on this thread, in \p loop or for it, and that have
  /// not ended; each once. To be called when the loop has closed.
  static void report_left(const scheduler &loop);
};

} // namespace asyncrt::debug
