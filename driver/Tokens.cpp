// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads a text with clang's raw lexer.

#include "Tokens.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

static LangOptions language() {
  LangOptions Cpp;
  Cpp.CPlusPlus = Cpp.CPlusPlus11 = Cpp.CPlusPlus14 = Cpp.CPlusPlus17 = Cpp.CPlusPlus20 = 1;
  Cpp.LineComment = Cpp.RawStringLiterals = Cpp.Coroutines = 1;
  return Cpp;
}

Tokens::Tokens(llvm::StringRef Text) : Text(Text) {
  static const LangOptions Cpp = language();
  Lexer Raw(SourceLocation(), Cpp, Text.begin(), Text.begin(), Text.end());
  Raw.SetCommentRetentionState(true);
  bool InDirective = false;
  for (clang::Token T;;) {
    Raw.LexFromRawLexer(T);
    if (T.is(tok::eof))
      break;
    const unsigned End = static_cast<unsigned>(Raw.getBufferLocation() - Text.begin());
    const Range Where{End - T.getLength(), End};
    if (T.is(tok::comment)) {
      All.push_back({Where, Kind::Comment});
      continue;
    }
    if (T.isAtStartOfLine())
      InDirective = T.is(tok::hash);
    const bool Ends = InDirective || T.isOneOf(tok::semi, tok::l_brace, tok::r_brace);
    All.push_back({Where, Ends ? Kind::Boundary : Kind::Word});
  }
}

Tokens::Range Tokens::commentAt(unsigned Offset) const {
  const auto Found = llvm::upper_bound(All, Offset, [](unsigned At, const Token &T) { return At < T.End; });
  if (Found == All.end() || Found->What != Kind::Comment || Found->Begin > Offset)
    return {Offset, Offset};
  return *Found;
}

std::string Tokens::statementAt(unsigned Offset) const {
  const auto Found = llvm::upper_bound(All, Offset, [](unsigned At, const Token &T) { return At < T.End; });
  if (Found == All.end() || Found->Begin > Offset || Found->What == Kind::Boundary)
    return {};
  // Of a very long one the neighbourhood is enough.
  constexpr unsigned Reach = 64;
  auto First = Found, Last = Found;
  for (unsigned I = 0; I != Reach && First != All.begin() && std::prev(First)->What != Kind::Boundary; ++I)
    --First;
  for (unsigned I = 0; I != Reach && Last != All.end() && Last->What != Kind::Boundary; ++I)
    ++Last;
  std::string Written;
  for (; First != Last; ++First)
    if (First->What == Kind::Word)
      Written += (Written.empty() ? "" : " ") + Text.slice(First->Begin, First->End).str();
  return Written;
}

} // namespace asynctidy
