// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One run over a project: analyse what has to be, show how far it is, link, and report.
#pragma once

#include "CacheFolder.h"
#include "Configuration.h"
#include "Project.h"
#include "Session.h"
#include "Workers.h"

namespace asynctidy {

/// A project that is ready to be analysed.
struct OpenedProject {
  Project Files;
  Configuration Chosen;
  WorkerOptions Workers;
  std::string Here; ///< The working directory, without symbolic links.
  CacheSettings Cached;
  /// Whether results keep what they depend on, which those in the cache do not: then every file is analysed.
  bool KeepsDependencies = false;
  std::vector<std::string> Named; ///< Files and folders on the command line, absolute and without symbolic links.
};

struct RunResult {
  Report Said;
  /// In the order of the project's commands; of the last ones nothing is known if the run was interrupted.
  std::vector<FileResult> Files;
  bool IsWhole = false; ///< They are all of the project's.
};

/// Analyses all of \p Of that the cache does not know, in worker processes. Calls \p Tell on this thread for each
/// finding that is not suppressed as it is decided: those of a file in the order of the project, those that depend on
/// several files last. \p Store gets the result of each file when it comes.
RunResult run(const OpenedProject &Of, llvm::function_ref<void(const Finding &)> Tell,
              llvm::function_ref<void(size_t, const FileResult &)> Store = nullptr);

} // namespace asynctidy
