// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What somebody may have meant who misspelled a name.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace asynctidy {

/// Those of \p Known that are spelled like \p Word, nearest first, at most \p Most.
std::vector<llvm::StringRef> closest(llvm::StringRef Word, llvm::ArrayRef<llvm::StringRef> Known, size_t Most = 3);

/// "did you mean A or B?", or \p Otherwise if nothing in \p Known is near.
std::string didYouMean(llvm::StringRef Word, llvm::ArrayRef<llvm::StringRef> Known, const llvm::Twine &Otherwise);

/// "1 file", "2 files", "3 entries", "4 fixes".
std::string plural(size_t Count, llvm::StringRef Noun);

} // namespace asynctidy
