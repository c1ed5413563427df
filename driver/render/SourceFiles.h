// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The source files that a report speaks of, as far as they are still what the report saw.
#pragma once

#include "Result.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <optional>

namespace asynctidy {

/// Some lines in a row of a file.
struct TextBlock {
  unsigned FirstLine = 1;
  unsigned Offset = 0; ///< Of the first byte of the first line.
  llvm::StringRef Text;

  /// The end of the line that begins at \p From (an offset into Text), without its line break.
  size_t endOfLine(size_t From) const;
};

/// From and to, in bytes; the end is behind the last byte.
struct TextRange {
  unsigned Line = 0;
  unsigned Column = 0;
  unsigned EndLine = 0;
  unsigned EndColumn = 0;
  llvm::StringRef First; ///< The text of the first line.
  llvm::StringRef Last;  ///< The text of the last line.
};

/// Reads each file when it is first asked for.
class SourceFiles {
public:
  explicit SourceFiles(const Report &Said) : Root(Said.Root) {}

  /// All of \p File, if it can be read.
  std::optional<TextBlock> whole(llvm::StringRef File);
  /// The text of a line of it, without its line break.
  std::optional<llvm::StringRef> line(llvm::StringRef File, unsigned Line);
  /// Whether the line of \p At still reads \p Source, and stands where it did.
  bool isAsBefore(const Position &At, llvm::StringRef Source);
  /// The bytes of the line of \p At: a report that was stored has U+FFFD for what is no UTF-8, and columns count bytes.
  llvm::StringRef exact(const Position &At, llvm::StringRef Source);
  /// What is known of the text that \p Change changes, where \p F or one of its notes offers it: all of the file, if
  /// all that \p F says of it is still so, or the one line that it stands in.
  std::optional<TextBlock> under(const Edit &Change, const Finding &F);

private:
  struct File {
    std::unique_ptr<llvm::MemoryBuffer> Text;
    std::vector<size_t> Lines; ///< Where each begins.
  };
  const File *find(llvm::StringRef Name);

  std::string Root;
  std::map<std::string, File, std::less<>> Files;
};

/// Where \p Change is within \p Known, if it is.
std::optional<TextRange> locate(const Edit &Change, const TextBlock &Known);

} // namespace asynctidy
