// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The blocks of a page of Markdown: headings, paragraphs, lists, tables, code.

#include "Markdown.h"
#include "MarkdownInline.h"
#include "MarkdownTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"
#include <algorithm>

using llvm::StringRef;

namespace asynctidy {

TextStyle TextStyle::ofStandardOutput() {
  TextStyle Style;
  if (!llvm::sys::Process::StandardOutIsDisplayed())
    return Style;
  Style.Terminal = true;
  // A terminal that does not know its width says 0.
  if (const unsigned Columns = llvm::sys::Process::StandardOutColumns())
    Style.Width = std::clamp(Columns, 20u, 100u);
  const std::optional<std::string> NoColor = llvm::sys::Process::GetEnv("NO_COLOR");
  Style.Color = (!NoColor || NoColor->empty()) && llvm::sys::Process::StandardOutHasColors();
  return Style;
}

namespace {

constexpr unsigned Margin = 2; ///< Headings stand out from everything else.

bool isSeparatorRow(StringRef Line) {
  return Line.trim().starts_with("|") && Line.contains('-') && Line.find_first_not_of(" \t|:-") == StringRef::npos;
}

/// How long the mark of the list item is with which \p Text begins ("- ", "12. "); 0 if it begins none.
size_t itemMark(StringRef Text) {
  size_t Length = 0;
  if (Text.starts_with("-") || Text.starts_with("*") || Text.starts_with("+"))
    Length = 1;
  else if (const size_t Digits = Text.take_while(llvm::isDigit).size();
           Digits && Digits < 4 && Text.size() > Digits && (Text[Digits] == '.' || Text[Digits] == ')'))
    Length = Digits + 1;
  return Length && Text.size() > Length && Text[Length] == ' ' ? Length + 1 : 0;
}

class Page {
public:
  Page(StringRef Text, const TextStyle &Style, StringRef Base) : Style(Style), Base(Base) {
    Text.split(Lines, '\n');
    for (StringRef &Line : Lines)
      Line.consume_back("\r");
  }

  std::string render() {
    for (At = 0; At < Lines.size(); ++At)
      line(Lines[At]);
    flush();
    while (StringRef(Out).ends_with("\n\n"))
      Out.pop_back();
    return std::move(Out);
  }

private:
  /// A list that is open: where its mark stands in the source, and where its text is shown.
  struct List {
    size_t Mark;
    unsigned Column;
  };

  unsigned indent() const { return Lists.empty() ? Margin : Lists.back().Column; }
  unsigned widthFrom(unsigned Column) const { return Style.Width > Column + 10 ? Style.Width - Column : 10; }

  void line(StringRef Line) {
    const size_t Spaces = Line.take_while([](char C) { return C == ' '; }).size();
    const StringRef Text = Line.drop_front(Spaces).rtrim();
    if (Text.empty()) {
      flush();
      gap();
    } else if (Text.starts_with("<!--")) {
      flush();
      while (!Lines[At].contains("-->") && At + 1 < Lines.size())
        ++At;
    } else if (Text.starts_with("```")) {
      code(Spaces);
    } else if (Text.starts_with("#") && Text.trim('#').starts_with(" ")) {
      heading(Text);
    } else if (Text.starts_with("|") && At + 1 < Lines.size() && isSeparatorRow(Lines[At + 1])) {
      table();
    } else if (const size_t Mark = itemMark(Text)) {
      item(Spaces, Text, Mark);
    } else {
      if (Paragraph.empty())
        while (!Lists.empty() && Spaces <= Lists.back().Mark)
          Lists.pop_back();
      Paragraph += (Paragraph.empty() ? "" : " ") + Text.str();
    }
  }

  /// One empty line, however many are asked for.
  void gap() {
    if (!Out.empty() && !StringRef(Out).ends_with("\n\n"))
      Out += '\n';
  }

  void heading(StringRef Text) {
    flush();
    Lists.clear();
    gap();
    std::vector<Word> Words = parseInline(Text.ltrim('#').trim(), Style, Base);
    for (Word &W : Words)
      for (Piece &P : W)
        P.How = Piece::Bold;
    for (const auto &Line : breakLines(Words, widthFrom(0)))
      Out += paint(Line, Style) + '\n';
  }

  void item(size_t Spaces, StringRef Text, size_t Mark) {
    flush();
    while (!Lists.empty() && Spaces <= Lists.back().Mark)
      Lists.pop_back();
    Bullet = Text.take_front(Mark).str();
    if (Bullet.front() == '*' || Bullet.front() == '+')
      Bullet.front() = '-';
    // Deeper than this no terminal is wide enough.
    const unsigned Column = indent() + static_cast<unsigned>(Mark);
    Lists.push_back({Spaces, std::min(Column, Style.Width / 2)});
    Paragraph = Text.drop_front(Mark).trim().str();
  }

  void flush() {
    if (Paragraph.empty() && Bullet.empty())
      return;
    const unsigned Column = indent();
    bool First = true;
    for (const auto &Line : breakLines(parseInline(Paragraph, Style, Base), widthFrom(Column))) {
      if (First && !Bullet.empty())
        Out += std::string(Column - std::min<size_t>(Bullet.size(), Column), ' ') + Bullet;
      else
        Out += std::string(Column, ' ');
      First = false;
      Out += paint(Line, Style) + '\n';
    }
    Paragraph.clear();
    Bullet.clear();
  }

  void code(size_t Spaces) {
    flush();
    const StringRef Language = Lines[At].trim().ltrim('`').split(' ').first;
    const bool IsCpp = Language == "cpp" || Language == "c++";
    for (++At; At < Lines.size() && !Lines[At].trim().starts_with("```"); ++At) {
      StringRef Line = Lines[At].rtrim();
      Line = Line.drop_front(std::min(Spaces, Line.take_while([](char C) { return C == ' '; }).size()));
      if (!Line.empty())
        Out += std::string(indent() + 2, ' ') + codeLine(harmless(Line), IsCpp);
      Out += '\n';
    }
  }

  std::string codeLine(StringRef Line, bool IsCpp) const {
    if (!Style.Color)
      return Line.str();
    const size_t Comment = IsCpp ? Line.find("//") : Line.starts_with("#") ? 0 : StringRef::npos;
    const std::string Rest = Comment < Line.size() ? "\x1b[2m" + Line.substr(Comment).str() + "\x1b[0m" : "";
    const StringRef Code = Line.take_front(Comment);
    return (Code.empty() ? "" : "\x1b[36m" + Code.str() + "\x1b[0m") + Rest;
  }

  void table() {
    flush();
    const size_t First = At;
    while (At < Lines.size() && Lines[At].trim().starts_with("|"))
      ++At;
    Out += renderTable(llvm::ArrayRef(Lines).slice(First, At - First), indent(), Style, Base);
    --At;
  }

  const TextStyle &Style;
  StringRef Base;
  llvm::SmallVector<StringRef, 0> Lines;
  size_t At = 0;
  std::vector<List> Lists;
  std::string Paragraph, Bullet;
  std::string Out;
};

} // namespace

std::string renderMarkdown(StringRef Text, const TextStyle &Style, StringRef Base) {
  return Page(Text, Style, Base).render();
}

std::string firstSentence(StringRef Text) {
  std::string Paragraph;
  llvm::SmallVector<StringRef, 0> Lines;
  Text.split(Lines, '\n');
  for (StringRef Line : Lines) {
    Line = Line.trim();
    if (Line.empty() && !Paragraph.empty())
      break;
    if (Line.starts_with("#") || Line.empty())
      continue;
    Paragraph += (Paragraph.empty() ? "" : " ") + Line.str();
  }
  std::string Plain;
  for (const Word &W : parseInline(Paragraph, {80, true, false}, "")) {
    Plain += Plain.empty() ? "" : " ";
    for (const Piece &P : W)
      Plain += P.Text;
    if (StringRef(Plain).ends_with("."))
      break;
  }
  return Plain;
}

std::string wrapped(StringRef Text, unsigned Width, unsigned Indent) {
  std::vector<Word> Words;
  const std::string Clean = harmless(Text);
  for (StringRef Part : llvm::split(Clean, ' '))
    if (!Part.empty())
      Words.push_back({{Part.str(), Piece::Plain}});
  std::string Out;
  for (const auto &Line : breakLines(Words, Width > Indent + 10 ? Width - Indent : 10)) {
    if (!Out.empty())
      Out += "\n" + std::string(Indent, ' ');
    Out += paint(Line, {});
  }
  return Out;
}

} // namespace asynctidy
