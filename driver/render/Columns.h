// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text as formats want it: valid UTF-8, and columns that count something else than bytes.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace asynctidy {

/// \p Text with U+FFFD for what is no UTF-8.
std::string validUTF8(llvm::StringRef Text);

/// How many UTF-16 code units \p Text has once it is valid.
unsigned utf16Length(llvm::StringRef Text);

/// The column, from 1, in UTF-16 code units, of what stands in \p Line at byte column \p Column. Columns behind the
/// end of the line, as when its text is not known, go on in bytes.
unsigned utf16Column(llvm::StringRef Line, unsigned Column);

} // namespace asynctidy
