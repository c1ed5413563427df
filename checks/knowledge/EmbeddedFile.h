// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file that is compiled in: Embed.cmake writes tables of them.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace asynctidy {

struct EmbeddedFile {
  const char *Name;
  const unsigned char *Bytes;
  size_t Size;

  llvm::StringRef text() const { return {reinterpret_cast<const char *>(Bytes), Size}; }
};

/// The text of the file called \p Name in \p Files; empty if there is none.
inline llvm::StringRef embeddedText(llvm::ArrayRef<EmbeddedFile> Files, llvm::StringRef Name) {
  for (const EmbeddedFile &File : Files)
    if (Name == File.Name)
      return File.text();
  return {};
}

} // namespace asynctidy
