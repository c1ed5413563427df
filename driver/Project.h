// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What there is to analyse: the compile database, and the files that were chosen of it.
#pragma once

#include "clang/Tooling/CompilationDatabase.h"
#include <optional>
#include <string>
#include <vector>

namespace asynctidy {

/// What the command line says about files.
struct FileChoice {
  std::string Database;              ///< -p: a folder, or a compile_commands.json; empty: look for one.
  std::vector<std::string> Names;    ///< Files, folders and globs; empty: everything.
  std::vector<std::string> Compiler; ///< Arguments after --, instead of a database.
  bool HasCompiler = false;
  bool SkipUnlisted = false;
  std::string Root; ///< --root; empty: the git checkout, or the working directory.
};

struct Project {
  std::string Root;         ///< Absolute, without symbolic links; the paths of results are relative to it.
  bool IsWhole = false;     ///< Nothing was chosen: the commands are all of the project's.
  std::string DatabaseFile; ///< Empty with arguments after --.
  /// What to analyse, in the order of the database. Each file and command once.
  std::vector<clang::tooling::CompileCommand> Commands;
};

/// Finds the database and chooses from it. Nothing, with the reason and the cure on standard error, if that cannot be
/// done.
std::optional<Project> openProject(const FileChoice &Chosen);

/// The root of the project: \p Named, or the top of the git checkout around the working directory, or that directory.
std::string findRoot(const std::string &Named);

/// The absolute path of what \p Command compiles.
std::string fileOf(const clang::tooling::CompileCommand &Command);

} // namespace asynctidy
