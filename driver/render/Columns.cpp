// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text as formats want it: valid UTF-8, and columns that count something else than bytes.

#include "render/Columns.h"
#include "llvm/Support/JSON.h"
#include <algorithm>

namespace asynctidy {

std::string validUTF8(llvm::StringRef Text) {
  return llvm::json::isUTF8(Text) ? Text.str() : llvm::json::fixUTF8(Text);
}

unsigned utf16Length(llvm::StringRef Text) {
  unsigned Length = 0;
  for (const char C : validUTF8(Text)) {
    const auto Byte = static_cast<unsigned char>(C);
    // Bytes that continue a character add nothing; a character of four bytes has two code units.
    Length += (Byte & 0xC0) != 0x80;
    Length += Byte >= 0xF0;
  }
  return Length;
}

unsigned utf16Column(llvm::StringRef Line, unsigned Column) {
  const unsigned Before = std::max(Column, 1U) - 1;
  const unsigned Known = std::min<unsigned>(Before, Line.size());
  return 1 + utf16Length(Line.take_front(Known)) + (Before - Known);
}

} // namespace asynctidy
