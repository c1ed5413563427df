// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a report tells about a check, taken from the check's page.
#pragma once

#include "CheckInfo.h"
#include <string>

namespace asynctidy {

/// The first sentence of the page.
std::string shortDescription(const CheckInfo &Check);
/// The first paragraph, cut at a sentence before \p Limit bytes.
std::string fullDescription(const CheckInfo &Check, size_t Limit);
/// The page as Markdown that stands alone: without its title, its proof and links to other files of the project.
std::string helpMarkdown(const CheckInfo &Check);
/// The same as plain text.
std::string helpText(const CheckInfo &Check);

} // namespace asynctidy
