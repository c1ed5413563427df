// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --color of the verbs that print in colours.
#pragma once

#include "llvm/Support/CommandLine.h"

namespace asynctidy {

class ColorOption {
public:
  explicit ColorOption(llvm::cl::SubCommand &Of);

  /// Whether standard output is coloured.
  bool use() const;

private:
  enum class When { Auto, Always, Never };
  llvm::cl::opt<When> Chosen;
};

} // namespace asynctidy
