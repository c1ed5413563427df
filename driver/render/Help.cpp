// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a report tells about a check, taken from the check's page.

#include "render/Help.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace asynctidy {
namespace {

/// \p Line without its links to other pages, which a reader elsewhere does not have; their text stays.
std::string withoutLinks(llvm::StringRef Line) {
  std::string Out;
  while (!Line.empty()) {
    const size_t Open = Line.find('[');
    Out += Line.take_front(Open);
    if (Open == llvm::StringRef::npos)
      break;
    Line = Line.drop_front(Open);
    const size_t Middle = Line.find("](");
    const size_t Close = Middle == llvm::StringRef::npos ? Middle : Line.find(')', Middle);
    const llvm::StringRef Target = Close == llvm::StringRef::npos ? "" : Line.slice(Middle + 2, Close);
    if (Close == llvm::StringRef::npos || Line.slice(1, Middle).contains('[') || Target.starts_with("http")) {
      Out += Line.front();
      Line = Line.drop_front();
      continue;
    }
    Out += Line.slice(1, Middle);
    Line = Line.drop_front(Close + 1);
  }
  return Out;
}

std::string firstParagraph(const CheckInfo &Check) {
  llvm::SmallVector<llvm::StringRef, 64> Lines;
  Check.Page.split(Lines, '\n');
  std::string Text;
  for (const llvm::StringRef Line : Lines) {
    if (Line.starts_with("#") || (Line.empty() && Text.empty()))
      continue;
    if (Line.empty())
      break;
    Text += (Text.empty() ? "" : " ") + withoutLinks(Line);
  }
  return Text.empty() ? Check.Name.str() : Text;
}

/// The end of the first sentence that begins at \p From, or npos.
size_t sentenceEnd(llvm::StringRef Text, size_t From) {
  const size_t Stop = Text.find(". ", From);
  return Stop == llvm::StringRef::npos ? Stop : Stop + 1;
}

} // namespace

std::string shortDescription(const CheckInfo &Check) {
  const std::string Text = firstParagraph(Check);
  return llvm::StringRef(Text).take_front(sentenceEnd(Text, 0)).str();
}

std::string fullDescription(const CheckInfo &Check, size_t Limit) {
  const std::string Text = firstParagraph(Check);
  if (Text.size() <= Limit)
    return Text;
  size_t End = 0;
  for (size_t Next = sentenceEnd(Text, 0); Next <= Limit; Next = sentenceEnd(Text, Next))
    End = Next;
  return llvm::StringRef(Text).take_front(End ? End : Limit).str();
}

std::string helpMarkdown(const CheckInfo &Check) {
  llvm::SmallVector<llvm::StringRef, 256> Lines;
  Check.Page.split(Lines, '\n');
  std::string Out;
  bool Code = false;
  for (const llvm::StringRef Line : Lines) {
    if (Line == "## Proof")
      break;
    if (Line.starts_with("```")) {
      Code = !Code;
      Out += Line.starts_with("```cpp") ? "```cpp" : Line;
    } else if (Code) {
      Out += Line;
    } else if (Line.starts_with("# ")) {
      continue;
    } else {
      Out += withoutLinks(Line);
    }
    Out += "\n";
  }
  return llvm::StringRef(Out).trim("\n").str() + "\n";
}

std::string helpText(const CheckInfo &Check) {
  const std::string Markdown = helpMarkdown(Check);
  llvm::SmallVector<llvm::StringRef, 256> Lines;
  llvm::StringRef(Markdown).split(Lines, '\n');
  std::string Out;
  bool Code = false;
  for (llvm::StringRef Line : Lines) {
    if (Line.starts_with("```")) {
      Code = !Code;
      continue;
    }
    if (Code) {
      Out += ("    " + Line + "\n").str();
      continue;
    }
    if (Line.starts_with("#"))
      Line = Line.ltrim("# ");
    for (const char C : Line)
      if (C != '`')
        Out += C;
    Out += "\n";
  }
  return Out;
}

} // namespace asynctidy
