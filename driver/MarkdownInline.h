// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The inside of a paragraph of Markdown: words with emphasis, code and links, and their breaking into lines.
#pragma once

#include "Markdown.h"
#include <vector>

namespace asynctidy {

/// A part of a word that looks the same all over.
struct Piece {
  enum Look { Plain, Bold, Italic, Code, Link };
  std::string Text;
  Look How = Plain;
};

/// What is not broken at a space.
using Word = std::vector<Piece>;

/// Columns that \p Text takes on a terminal.
unsigned columns(llvm::StringRef Text);
unsigned columns(const Word &W);

/// The words of \p Text. Without colour, code keeps its backquotes.
std::vector<Word> parseInline(llvm::StringRef Text, const TextStyle &Style, llvm::StringRef Base);

/// \p Words broken into lines of at most \p Width columns. A word that is longer has a line of its own, so that it can
/// be copied, or is broken itself.
std::vector<std::vector<Word>> breakLines(const std::vector<Word> &Words, unsigned Width, bool BreakWords = false);

/// One line with its escape sequences, if there are to be any.
std::string paint(const std::vector<Word> &Line, const TextStyle &Style);
unsigned columns(const std::vector<Word> &Line);

/// \p Text without what a terminal would take for a command.
std::string harmless(llvm::StringRef Text);

} // namespace asynctidy
