// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lines and columns of files by offset, after the AST is gone.
#pragma once

#include "PathMap.h"
#include "Result.h"
#include "Tokens.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <memory>
#include <vector>

namespace asynctidy {

/// The texts of files that findings stand in, read once each.
class SourceTexts {
public:
  SourceTexts(PathMap &Paths, llvm::vfs::FileSystem &Files) : Paths(Paths), Files(Files) {}

  /// The place at \p Offset of \p File, which clang or \ref PathMap names; an invalid one if it cannot be read.
  Position at(llvm::StringRef File, unsigned Offset);
  /// The text of the line of \p At, without its end.
  llvm::StringRef line(const Position &At);
  /// The number of bytes of the name, or other token, at \p At.
  unsigned tokenLength(const Position &At);
  /// Whether all that was read here is what clang \p Read.
  bool agreeWith(llvm::ArrayRef<Dependency> Read) const;
  /// What is written around \p At: see \ref Tokens::statementAt.
  std::string statement(const Position &At);

private:
  struct Text {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<unsigned> Lines;   ///< Where they begin.
    std::unique_ptr<Tokens> Words; ///< When they were asked for.
  };
  Text &text(llvm::StringRef Mapped);

  PathMap &Paths;
  llvm::vfs::FileSystem &Files;
  llvm::StringMap<Text> Texts;
};

} // namespace asynctidy
