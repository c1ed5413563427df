// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Analyses one translation unit: clang-tidy's own engine around our checks, with a frontend that leaves the bodies of
// functions in system headers out.
#pragma once

#include "Configuration.h"
#include "Result.h"
#include "clang/Tooling/CompilationDatabase.h"

namespace asynctidy {

/// Analyses the file of \p Command. Does not throw and writes to no file; what goes wrong is in the result. Changes the
/// working directory to the command's. A crash of clang ends the process: callers run this in a process of its own.
/// With \p Overlay, which maps absolute paths to texts, those are read instead of the files.
FileResult analyse(const clang::tooling::CompileCommand &Command, const Configuration &Chosen,
                   const std::vector<std::pair<std::string, std::string>> &Overlay = {});

} // namespace asynctidy
