// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of Markdown.
#pragma once

#include "Markdown.h"
#include "llvm/ADT/ArrayRef.h"

namespace asynctidy {

/// The table in \p Lines, whose second line separates the headings, \p Column columns from the margin. Cells that are
/// too wide are broken; where there is no room at all, each row is told as a list.
std::string renderTable(llvm::ArrayRef<llvm::StringRef> Lines, unsigned Column, const TextStyle &Style,
                        llvm::StringRef Base);

} // namespace asynctidy
