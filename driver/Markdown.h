// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Markdown for people at a terminal: the subset in which the pages of the checks are written.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace asynctidy {

/// What a terminal, a pipe or a file can show.
struct TextStyle {
  unsigned Width = 80;
  bool Color = false;
  bool Terminal = false; ///< Somebody looks at it, rather than a program.

  /// Fits standard output: its width up to 100 and colours on a terminal, 80 and none elsewhere. NO_COLOR is obeyed.
  static TextStyle ofStandardOutput();
};

/// \p Page as text: headings, paragraphs, lists, tables, code blocks and links. Everything fits into the width
/// but code, and words that are longer. Links that are relative are shown as seen from the folder \p Base.
std::string renderMarkdown(llvm::StringRef Page, const TextStyle &Style, llvm::StringRef Base = "");

/// The first sentence of the first paragraph of \p Page, without markup and on one line.
std::string firstSentence(llvm::StringRef Page);

/// \p Text, which is plain, broken at spaces into lines of at most \p Width columns; all but the first begin with \p
/// Indent spaces.
std::string wrapped(llvm::StringRef Text, unsigned Width, unsigned Indent);

} // namespace asynctidy
