// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds NOLINT words and their lists, and pairs blocks.

#include "NoLint.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <algorithm>

using llvm::StringRef;

namespace asynctidy {

llvm::SmallVector<StringRef> NoLint::names() const {
  llvm::SmallVector<StringRef> Names;
  if (!List)
    return Names;
  List->split(Names, ',');
  for (StringRef &Name : Names)
    Name = Name.trim();
  return Names;
}

std::vector<NoLint> noLintsIn(StringRef Text) {
  constexpr llvm::StringLiteral Word = "NOLINT";
  std::vector<NoLint> All;
  for (size_t At = Text.find(Word); At != StringRef::npos;) {
    size_t End = At + Word.size();
    while (End < Text.size() && llvm::isAlpha(Text[End]))
      ++End;
    const auto What = llvm::StringSwitch<std::optional<NoLint::Kind>>(Text.slice(At, End))
                          .Case("NOLINT", NoLint::Kind::Line)
                          .Case("NOLINTNEXTLINE", NoLint::Kind::NextLine)
                          .Case("NOLINTBEGIN", NoLint::Kind::Begin)
                          .Case("NOLINTEND", NoLint::Kind::End)
                          .Default(std::nullopt);
    if (What) {
      std::optional<StringRef> List;
      if (End < Text.size() && Text[End] == '(') {
        const size_t Close = Text.find_first_of("\n)", End + 1);
        if (Close != StringRef::npos && Text[Close] == ')') {
          List = Text.slice(End + 1, Close);
          End = Close + 1;
        }
      }
      All.push_back({*What, static_cast<unsigned>(At), static_cast<unsigned>(End), List});
    }
    At = Text.find(Word, End);
  }
  return All;
}

std::vector<NoLintScope> scopesOf(const std::vector<NoLint> &All, StringRef Text) {
  std::vector<NoLintScope> Scopes;
  std::vector<const NoLint *> Open;
  for (const NoLint &N : All) {
    const size_t LineEnd = std::min(Text.find('\n', N.Begin), Text.size());
    switch (N.What) {
    case NoLint::Kind::Line:
      Scopes.push_back({&N, nullptr, static_cast<unsigned>(Text.rfind('\n', N.Begin) + 1), // Of none: 0.
                        static_cast<unsigned>(LineEnd + 1)});
      break;
    case NoLint::Kind::NextLine:
      if (LineEnd != Text.size())
        Scopes.push_back({&N, nullptr, static_cast<unsigned>(LineEnd + 1),
                          static_cast<unsigned>(std::min(Text.find('\n', LineEnd + 1), Text.size()) + 1)});
      break;
    case NoLint::Kind::Begin:
      Open.push_back(&N);
      break;
    case NoLint::Kind::End:
      if (!Open.empty() && Open.back()->List.has_value() == N.List.has_value() && Open.back()->names() == N.names()) {
        Scopes.push_back({Open.back(), &N, Open.back()->Begin, N.Begin});
        Open.pop_back();
      }
      break;
    }
  }
  return Scopes;
}

} // namespace asynctidy
