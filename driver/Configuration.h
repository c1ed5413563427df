// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What configures an analysis: the command line, and the .clang-tidy files as clang-tidy reads them.
#pragma once

#include "clang-tidy/ClangTidyOptions.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace asynctidy {

/// What the command line says about every file.
struct Configuration {
  std::string Root;   ///< Of the project: an absolute path without symbolic links.
  std::string Checks; ///< Globs as clang-tidy reads them; empty: what .clang-tidy files choose.
  /// A configuration to use instead of the .clang-tidy files, and what to call it in messages; none: those files.
  std::optional<std::string> Config;
  std::string ConfigName;
  std::optional<std::string> HeaderFilter; ///< Instead of HeaderFilterRegex.
};

/// Options of each file. The checks are our own that are asked for, or, where neither the command line nor a
/// .clang-tidy file chooses among them, all.
std::unique_ptr<clang::tidy::ClangTidyOptionsProvider> makeOptions(const Configuration &Chosen);

/// What is wrong with the configuration of \p Files: an unreadable file, an unknown key, check or option. Each is one
/// line that names the file. Empty if all is well.
std::vector<std::string> findConfigurationErrors(const Configuration &Chosen, const std::vector<std::string> &Files);

} // namespace asynctidy
