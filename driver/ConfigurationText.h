// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pieces of the text of a .clang-tidy file.
#pragma once

#include "CheckOptions.h"

namespace asynctidy {

/// The two ways to write CheckOptions.
enum class OptionForm { Mapping, Sequence };

/// \p Text as a scalar of YAML in single quotes.
std::string quoted(llvm::StringRef Text);

/// \p Options with their defaults, each after a line that says what it means.
std::string optionLines(const std::vector<OptionInfo> &Options, OptionForm Form, llvm::StringRef Indent);

} // namespace asynctidy
