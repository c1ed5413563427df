// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A fix as the lines that it takes away and puts in.
#pragma once

#include "render/SourceFiles.h"

namespace asynctidy {

struct DiffRow {
  enum class Kind { Same, Removed, Added };
  Kind How = Kind::Same;
  unsigned Line = 0; ///< In the file as it is; of an added line, that of the line before it.
  std::string Text;
};

/// Changes near each other, with the lines around them.
struct DiffHunk {
  std::string File;
  std::vector<DiffRow> Rows;
};

/// What \p Edits of \p F or of one of its notes do, by file and place. Those whose surroundings are not known are left
/// out.
std::vector<DiffHunk> diff(const std::vector<Edit> &Edits, const Finding &F, SourceFiles &Sources);

} // namespace asynctidy
