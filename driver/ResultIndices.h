// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results name functions, items and findings by number. Of a result that comes from elsewhere, the numbers are
// verified.
#pragma once

#include "Result.h"

namespace asynctidy {

/// Whether all numbers in \p Said stand for something that is there; reports the first that does not, with its place
/// below \p At.
bool verifyIndices(const FileResult &Said, llvm::json::Path At);

} // namespace asynctidy
