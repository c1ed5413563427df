// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which NOLINT comments that name checks of ours suppress something.
#pragma once

#include "Coverage.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace asynctidy {

/// Where a comment may have been what suppressed a finding: its place, and where the macros around it are written.
struct SuppressedAt {
  std::string File; ///< As results write it.
  unsigned Offset;
  std::string Check;
  int Deferred; ///< Its number if it is deferred; else -1.
};

/// Bytes [Begin, End) of a file.
struct ByteRange {
  unsigned Begin, End;
};

/// The comments of \p Text, which is the file \p File, that name checks of ours, with what they suppress among \p All.
/// \p Ran tells whether a check of ours looked at the file,
/// of which nobody looks at what is \p Skipped by the preprocessor.
std::vector<Suppression> findSuppressions(const std::string &File, llvm::StringRef Text,
                                          llvm::ArrayRef<ByteRange> Skipped, llvm::ArrayRef<SuppressedAt> All,
                                          llvm::function_ref<bool(llvm::StringRef)> Ran);

/// The comments that suppress nothing in any of \p Units, as far as \p Seen allows to say so. \p Linked are the
/// deferred findings that hold. In the order of the files.
std::vector<UnusedSuppression> unusedOf(llvm::ArrayRef<const FileResult *> Units, llvm::ArrayRef<Finding> Linked,
                                        const Coverage &Seen);

} // namespace asynctidy
