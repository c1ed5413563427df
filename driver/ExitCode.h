// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the process tells whoever started it.
#pragma once

namespace asynctidy {

enum ExitCode : int {
  Clean = 0,
  Findings = 1,
  Usage = 2,       ///< Wrong arguments or a wrong configuration: nothing was analysed.
  NotAnalysed = 3, ///< Some file could not be analysed, or not fully.
  Incomplete = 4,  ///< The run was interrupted, or the output could not be written.
};

} // namespace asynctidy
