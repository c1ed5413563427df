// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A fix as the lines that it takes away and puts in.

#include "render/Diff.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace asynctidy {
namespace {

constexpr unsigned Context = 2;
constexpr size_t MostComparisons = 4'000'000;

using Lines = llvm::SmallVector<llvm::StringRef, 16>;

Lines linesOf(llvm::StringRef Text) {
  Lines All;
  Text.split(All, '\n');
  if (Text.ends_with("\n"))
    All.pop_back();
  for (llvm::StringRef &Line : All)
    Line.consume_back("\r");
  return All;
}

/// The longest common subsequence decides which lines stay; what changes is a few lines. If it is not, none stays.
std::vector<DiffRow> compare(const Lines &Old, const Lines &New, unsigned FirstLine) {
  const bool Comparable = Old.size() * New.size() <= MostComparisons;
  const size_t Columns = Comparable ? New.size() + 1 : 0;
  std::vector<unsigned> Common(Comparable ? (Old.size() + 1) * Columns : 1);
  for (size_t I = Comparable ? Old.size() : 0; I-- > 0;)
    for (size_t J = New.size(); J-- > 0;)
      Common[I * Columns + J] = Old[I] == New[J] ? 1 + Common[(I + 1) * Columns + J + 1]
                                                 : std::max(Common[(I + 1) * Columns + J], Common[I * Columns + J + 1]);
  std::vector<DiffRow> Rows;
  auto Add = [&](DiffRow::Kind How, size_t Line, llvm::StringRef Text) {
    Rows.push_back({How, FirstLine + static_cast<unsigned>(Line), Text.str()});
  };
  size_t I = 0, J = 0;
  while (I < Old.size() || J < New.size()) {
    if (Comparable && I < Old.size() && J < New.size() && Old[I] == New[J]) {
      Add(DiffRow::Kind::Same, I++, New[J++]);
    } else if (I < Old.size() &&
               (J == New.size() || !Comparable || Common[(I + 1) * Columns + J] >= Common[I * Columns + J + 1])) {
      Add(DiffRow::Kind::Removed, I, Old[I]);
      ++I;
    } else {
      Add(DiffRow::Kind::Added, I, New[J++]);
    }
  }
  return Rows;
}

struct Change {
  const Edit *What;
  TextBlock Known;
  TextRange Where;
};

/// The bytes of \p Known from the line \p Context before \p First to the one as far behind \p Last.
TextBlock surroundings(const TextBlock &Known, const Edit &First, const Edit &Last) {
  const llvm::StringRef Text = Known.Text;
  size_t From = First.Offset - Known.Offset;
  for (unsigned Back = 0; Back <= Context && From; ++Back) {
    const size_t Break = Text.take_front(From - (Back > 0)).rfind('\n');
    From = Break == llvm::StringRef::npos ? 0 : Break + 1;
  }
  size_t To = Last.Offset + Last.Length - Known.Offset;
  // A change that ends with a line break leaves the next line as it is.
  const bool WholeLines = To > From && Text[To - 1] == '\n';
  for (unsigned Ahead = WholeLines; Ahead <= Context && To < Text.size(); ++Ahead)
    To = std::min(Text.find('\n', To), Text.size() - 1) + 1;
  return {Known.FirstLine + static_cast<unsigned>(Text.take_front(From).count('\n')),
          Known.Offset + static_cast<unsigned>(From), Text.slice(From, To)};
}

DiffHunk hunk(llvm::ArrayRef<Change> Near) {
  const TextBlock Old = surroundings(Near.front().Known, *Near.front().What, *Near.back().What);
  std::string New;
  size_t Done = 0;
  for (const Change &C : Near) {
    const size_t At = C.What->Offset - Old.Offset;
    New += Old.Text.slice(Done, At);
    New += C.What->Text;
    Done = At + C.What->Length;
  }
  New += Old.Text.substr(Done);
  return {Near.front().What->File, compare(linesOf(Old.Text), linesOf(New), Old.FirstLine)};
}

} // namespace

std::vector<DiffHunk> diff(const std::vector<Edit> &Edits, const Finding &F, SourceFiles &Sources) {
  std::vector<Change> Changes;
  for (const Edit &E : Edits)
    if (const auto Known = Sources.under(E, F))
      if (const auto Where = locate(E, *Known))
        Changes.push_back({&E, *Known, *Where});
  llvm::sort(Changes, [](const Change &A, const Change &B) { return *A.What < *B.What; });

  std::vector<DiffHunk> Hunks;
  for (auto First = Changes.begin(); First != Changes.end();) {
    auto Last = First;
    while (std::next(Last) != Changes.end()) {
      const Change &Next = *std::next(Last);
      const bool Overlaps = Next.What->Offset < Last->What->Offset + Last->What->Length;
      if (Next.What->File != Last->What->File || Next.Known.Text.data() != Last->Known.Text.data() || Overlaps ||
          Next.Where.Line > Last->Where.EndLine + 2 * Context)
        break;
      ++Last;
    }
    Hunks.push_back(hunk({&*First, static_cast<size_t>(Last - First) + 1}));
    First = std::next(Last);
  }
  return Hunks;
}

} // namespace asynctidy
