// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Words, emphasis, code and links of Markdown.

#include "MarkdownInline.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Unicode.h"

using llvm::StringRef;

namespace asynctidy {

unsigned columns(StringRef Text) {
  const int Width = llvm::sys::unicode::columnWidthUTF8(Text);
  if (Width >= 0)
    return static_cast<unsigned>(Width);
  // Something in it is not printable: each character by itself.
  unsigned Sum = 0;
  while (!Text.empty()) {
    const size_t Length = std::min<size_t>(llvm::getNumBytesForUTF8(static_cast<unsigned char>(Text[0])), Text.size());
    const int One = llvm::sys::unicode::columnWidthUTF8(Text.take_front(Length));
    Sum += One >= 0 ? static_cast<unsigned>(One) : 1;
    Text = Text.drop_front(Length);
  }
  return Sum;
}

unsigned columns(const Word &W) {
  unsigned Sum = 0;
  for (const Piece &P : W)
    Sum += columns(P.Text);
  return Sum;
}

unsigned columns(const std::vector<Word> &Line) {
  unsigned Sum = Line.empty() ? 0 : static_cast<unsigned>(Line.size() - 1);
  for (const Word &W : Line)
    Sum += columns(W);
  return Sum;
}

std::string harmless(StringRef Text) {
  std::string Clean = llvm::json::isUTF8(Text) ? Text.str() : llvm::json::fixUTF8(Text);
  for (char &C : Clean) {
    const auto Byte = static_cast<unsigned char>(C);
    if (C == '\t')
      C = ' ';
    else if (Byte < 0x20 || Byte == 0x7f)
      C = '?';
  }
  // The second row of control characters, U+0080 to U+009F.
  for (size_t At = 0; (At = Clean.find('\xc2', At)) != std::string::npos; ++At)
    if (At + 1 < Clean.size() && static_cast<unsigned char>(Clean[At + 1]) < 0xa0)
      Clean.replace(At, 2, "?");
  return Clean;
}

namespace {

/// Collects words from runs of text that look the same.
class Words {
public:
  explicit Words(std::vector<Word> &Into) : Into(Into) {}

  void add(StringRef Text, Piece::Look How) {
    for (size_t At = 0; At != Text.size();) {
      if (Text[At] == ' ') {
        flush();
        ++At;
        continue;
      }
      const size_t End = std::min(Text.find(' ', At), Text.size());
      Open.push_back({Text.slice(At, End).str(), How});
      At = End;
    }
  }
  void flush() {
    if (!Open.empty())
      Into.push_back(std::move(Open));
    Open.clear();
  }

private:
  std::vector<Word> &Into;
  Word Open;
};

/// A relative target as seen from the folder that \p Base is in.
std::string seenFrom(StringRef Base, StringRef Target) {
  if (Base.empty() || Target.empty() || Target.contains("://") || Target.starts_with("#") || Target.starts_with("/"))
    return Target.str();
  llvm::SmallString<128> Path(Base);
  llvm::sys::path::append(Path, Target);
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

/// Text and target of the link at the beginning of \p Text, and how long it is; 0 if there is none.
size_t linkAt(StringRef Text, StringRef &Label, StringRef &Target) {
  unsigned Depth = 0;
  for (size_t At = 0; At != Text.size(); ++At) {
    Depth += Text[At] == '[';
    Depth -= Text[At] == ']';
    if (Depth)
      continue;
    const size_t End = Text.find(')', At);
    if (At + 1 >= Text.size() || Text[At + 1] != '(' || End == StringRef::npos)
      return 0;
    Label = Text.slice(1, At);
    Target = Text.slice(At + 2, End);
    return End + 1;
  }
  return 0;
}

void parse(StringRef Text, Piece::Look Around, unsigned Depth, const TextStyle &Style, StringRef Base, Words &Into) {
  auto Nested = [&](StringRef Inner, Piece::Look How) {
    // Nobody nests deeper; whatever does is shown as it is.
    if (Depth < 8)
      parse(Inner, How, Depth + 1, Style, Base, Into);
    else
      Into.add(Inner, How);
  };
  size_t Shown = 0;
  auto Upto = [&](size_t At) { Into.add(Text.slice(Shown, At), Around); };
  for (size_t At = 0; At < Text.size();) {
    const StringRef Rest = Text.drop_front(At);
    size_t Length = 0;
    if (Rest[0] == '\\' && Rest.size() > 1 && llvm::isPunct(Rest[1])) {
      Upto(At);
      Into.add(Rest.substr(1, 1), Around);
      Length = 2;
    } else if (Rest[0] == '`') {
      const StringRef Fence = Rest.take_while([](char C) { return C == '`'; });
      const size_t End = Rest.find(Fence, Fence.size());
      if (End != StringRef::npos) {
        Upto(At);
        Length = End + Fence.size();
        Into.add(Style.Color ? Rest.slice(Fence.size(), End) : Rest.take_front(Length), Piece::Code);
      }
    } else if (Rest.starts_with("**") && !Rest.starts_with("** ")) {
      const size_t End = Rest.find("**", 2);
      if (End != StringRef::npos && End > 2) {
        Upto(At);
        Nested(Rest.slice(2, End), Piece::Bold);
        Length = End + 2;
      }
    } else if (Rest[0] == '*' && Rest.size() > 1 && llvm::isAlnum(Rest[1])) {
      const size_t End = Rest.find('*', 1);
      if (End != StringRef::npos && Rest[End - 1] != ' ') {
        Upto(At);
        Nested(Rest.slice(1, End), Piece::Italic);
        Length = End + 1;
      }
    } else if (Rest[0] == '[') {
      StringRef Label, Target;
      Length = linkAt(Rest, Label, Target);
      if (Length) {
        Upto(At);
        Nested(Label, Piece::Link);
        if (Label != Target)
          Into.add(" (" + seenFrom(Base, Target) + ")", Around);
      }
    }
    At += Length ? Length : 1;
    if (Length)
      Shown = At;
  }
  Upto(Text.size());
}

} // namespace

std::vector<Word> parseInline(StringRef Text, const TextStyle &Style, StringRef Base) {
  std::vector<Word> Result;
  Words Into(Result);
  const std::string Clean = harmless(Text);
  parse(Clean, Piece::Plain, 0, Style, Base, Into);
  Into.flush();
  return Result;
}

/// Takes as much off the beginning of \p W as fits into \p Width columns, and at least one character.
static Word takeFront(Word &W, unsigned Width) {
  Word Front;
  unsigned Used = 0;
  while (!W.empty()) {
    StringRef Text = W.front().Text;
    size_t Bytes = 0;
    while (Bytes != Text.size()) {
      const size_t Length =
          std::min<size_t>(llvm::getNumBytesForUTF8(static_cast<unsigned char>(Text[Bytes])), Text.size() - Bytes);
      const unsigned One = columns(Text.substr(Bytes, Length));
      if (Used + One > Width && (Bytes || !Front.empty()))
        break;
      Used += One;
      Bytes += Length;
    }
    if (Bytes != Text.size())
      if (const size_t Good = Text.take_front(Bytes).find_last_of("/;,_-") + 1; Good > Bytes / 2)
        Bytes = Good;
    if (Bytes)
      Front.push_back({Text.take_front(Bytes).str(), W.front().How});
    if (Bytes != Text.size()) {
      W.front().Text.erase(0, Bytes);
      return Front;
    }
    W.erase(W.begin());
  }
  return Front;
}

std::vector<std::vector<Word>> breakLines(const std::vector<Word> &Words, unsigned Width, bool BreakWords) {
  std::vector<std::vector<Word>> Lines;
  unsigned Used = 0;
  for (Word W : Words) {
    unsigned Needs = columns(W);
    if (Lines.empty() || Used + 1 + Needs > Width) {
      for (; BreakWords && Needs > Width && Needs > 1; Needs = columns(W))
        Lines.push_back({takeFront(W, Width)});
      Lines.emplace_back();
      Used = 0;
    }
    Used += Needs + !Lines.back().empty();
    Lines.back().push_back(std::move(W));
  }
  return Lines;
}

std::string paint(const std::vector<Word> &Line, const TextStyle &Style) {
  static constexpr StringRef Begin[] = {"", "\x1b[1m", "\x1b[3m", "\x1b[36m", "\x1b[4m"};
  std::string Out;
  for (const Word &W : Line) {
    if (&W != &Line.front())
      Out += ' ';
    for (const Piece &P : W) {
      const bool Painted = Style.Color && P.How != Piece::Plain;
      if (Painted)
        Out += Begin[P.How];
      Out += P.Text;
      if (Painted)
        Out += "\x1b[0m";
    }
  }
  return Out;
}

} // namespace asynctidy
