// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One thing that was looked at before an analysis, and what to do about it.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include <string>

namespace asynctidy {

struct HealthLine {
  enum class Level {
    Ok,
    Warning, ///< An analysis works, but finds less or something else than one would think.
    Problem, ///< An analysis does not work.
  };

  Level How = Level::Ok;
  std::string Text;
  std::string Cure; ///< Empty where there is nothing to do.
};

} // namespace asynctidy
