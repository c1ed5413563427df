// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables: how wide each column may be, and what stands beside what.

#include "MarkdownTable.h"
#include "MarkdownInline.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <numeric>

using llvm::StringRef;

namespace asynctidy {
namespace {

using Cell = std::vector<Word>;
using Row = std::vector<Cell>;

/// The cells of a row of a table.
std::vector<std::string> cells(StringRef Row) {
  Row = Row.trim();
  Row.consume_front("|");
  std::vector<std::string> Result(1);
  for (size_t At = 0; At != Row.size(); ++At) {
    if (Row[At] == '\\' && At + 1 != Row.size() && Row[At + 1] == '|')
      Result.back() += Row[++At];
    else if (Row[At] == '|')
      Result.emplace_back();
    else
      Result.back() += Row[At];
  }
  if (Result.size() > 1 && StringRef(Result.back()).trim().empty())
    Result.pop_back();
  return Result;
}

/// Columns for each column of a table: as wide as it needs, and the widest share what is left. Empty if they are too
/// many to be read beside each other.
std::vector<unsigned> columnWidths(llvm::ArrayRef<Row> Rows, size_t Columns, unsigned Width) {
  if (Width < Columns * 12)
    return {};
  std::vector<unsigned> Needs(Columns), Order(Columns);
  for (const Row &R : Rows)
    for (size_t I = 0; I != Columns; ++I)
      Needs[I] = std::max(Needs[I], columns(R[I]));
  std::iota(Order.begin(), Order.end(), 0u);
  llvm::sort(Order, [&](unsigned A, unsigned B) { return std::pair(Needs[A], A) < std::pair(Needs[B], B); });
  unsigned Left = Width - 2 * static_cast<unsigned>(Columns - 1);
  for (size_t I = 0; I != Columns; ++I) {
    unsigned &Mine = Needs[Order[I]];
    Mine = std::min(Mine, Left / static_cast<unsigned>(Columns - I));
    Mine = std::max(Mine, 1u);
    Left -= std::min(Left, Mine);
  }
  return Needs;
}

std::string wideRow(const Row &R, llvm::ArrayRef<unsigned> Widths, unsigned Column, const TextStyle &Style) {
  std::vector<std::vector<Cell>> Broken;
  size_t Height = 0;
  for (const auto &[Each, Width] : llvm::zip(R, Widths)) {
    Broken.push_back(breakLines(Each, Width, /*BreakWords=*/true));
    Height = std::max(Height, Broken.back().size());
  }
  std::string Out;
  for (size_t Line = 0; Line != Height; ++Line) {
    unsigned Pending = Column;
    for (const auto &[Lines, Width] : llvm::zip(Broken, Widths)) {
      const Cell Part = Line < Lines.size() ? Lines[Line] : Cell();
      if (!Part.empty()) {
        Out += std::string(Pending, ' ') + paint(Part, Style);
        Pending = 0;
      }
      Pending += Width + 2 - columns(Part);
    }
    Out += '\n';
  }
  return Out;
}

/// Each cell after its heading, on lines of its own.
std::string narrowRow(const Row &R, const Row &Headings, unsigned Column, const TextStyle &Style) {
  std::string Out;
  for (size_t I = 0; I != R.size(); ++I) {
    if (R[I].empty())
      continue;
    Cell Words = Headings[I];
    Words.insert(Words.end(), R[I].begin(), R[I].end());
    const unsigned Begin = Column + (I ? 2 : 0);
    for (const Cell &Line : breakLines(Words, Style.Width > Begin + 10 ? Style.Width - Begin : 10))
      Out += std::string(Begin, ' ') + paint(Line, Style) + '\n';
  }
  return Out;
}

} // namespace

std::string renderTable(llvm::ArrayRef<StringRef> Lines, unsigned Column, const TextStyle &Style, StringRef Base) {
  std::vector<Row> Rows;
  size_t Columns = 0;
  for (size_t I = 0; I != Lines.size(); ++I) {
    if (I == 1)
      continue;
    Row &New = Rows.emplace_back();
    for (const std::string &Text : cells(Lines[I]))
      New.push_back(parseInline(Text, Style, Base));
    Columns = std::max(Columns, New.size());
  }
  for (Row &R : Rows)
    R.resize(Columns);
  for (Cell &Heading : Rows.front())
    for (Word &W : Heading)
      for (Piece &P : W)
        P.How = Piece::Bold;

  std::string Out;
  const std::vector<unsigned> Widths = columnWidths(Rows, Columns, Style.Width > Column ? Style.Width - Column : 0);
  if (Widths.empty()) {
    for (const Row &R : llvm::drop_begin(Rows))
      Out += narrowRow(R, Rows.front(), Column, Style);
    return Out;
  }
  Out += wideRow(Rows.front(), Widths, Column, Style);
  Out += std::string(Column, ' ');
  for (size_t I = 0; I != Columns; ++I)
    Out += std::string(Widths[I], '-') + (I + 1 != Columns ? "  " : "\n");
  for (const Row &R : llvm::drop_begin(Rows))
    Out += wideRow(R, Widths, Column, Style);
  return Out;
}

} // namespace asynctidy
