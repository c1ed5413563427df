// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Processes that analyse files: when one crashes or hangs, that costs one file.
#pragma once

#include "Configuration.h"
#include "Project.h"
#include "Result.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace asynctidy {

struct WorkerOptions {
  unsigned Jobs = 1;      ///< Processes at a time.
  double TimeLimit = 900; ///< Seconds on the clock that one file may take.
};

/// What to analyse: a command, with texts that stand for files.
struct Job {
  clang::tooling::CompileCommand Command;
  std::vector<std::pair<std::string, std::string>> Overlay;
};

/// Analyses \p Jobs in worker processes, which are started as this program again. Calls \p Done on this thread for each
/// as it is done, in whatever order, and \p Started when one begins. False if SIGINT or SIGTERM came: what was done is
/// done, nothing is left running.
bool analyseAll(llvm::ArrayRef<Job> Jobs, const Configuration &Chosen, const WorkerOptions &Options,
                llvm::function_ref<void(size_t)> Started, llvm::function_ref<void(size_t, FileResult)> Done);

/// The other end: `async-tidy worker`. Reads jobs from standard input, a line of JSON each, and answers each with a
/// line.
int runWorker();

} // namespace asynctidy
