// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run says of a baseline: what is there still, and what is not.
#pragma once

#include "Baseline.h"
#include "Run.h"

namespace asynctidy {

struct BaselineVerdict {
  BaselineMatch Found;
  /// For each entry whether it matches nothing, and would if it were there: its file and check were looked at.
  std::vector<bool> Stale;
};

BaselineVerdict judge(const Baseline &Entries, const RunResult &Done);

} // namespace asynctidy
