// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Widens edits to lines, and gathers those that are near to each other to hunks.

#include "Diff.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using llvm::raw_ostream;
using llvm::StringRef;

namespace asynctidy {
namespace {

constexpr size_t Context = 3;

/// Lines with their ends; the last one may have none.
std::vector<StringRef> linesOf(StringRef Text) {
  std::vector<StringRef> Lines;
  while (!Text.empty()) {
    const size_t Length = std::min(Text.find('\n'), Text.size() - 1) + 1;
    Lines.push_back(Text.take_front(Length));
    Text = Text.drop_front(Length);
  }
  return Lines;
}

/// Old lines from Begin to End, and the text that is there instead.
struct Change {
  size_t Begin, End;
  std::string Text;
};

/// The lines of \p Old that \p Edits change. Each change is as short as it can be.
std::vector<Change> changes(StringRef Text, llvm::ArrayRef<StringRef> Old, llvm::ArrayRef<Edit> Edits) {
  std::vector<size_t> Starts = {0};
  for (StringRef Line : Old)
    Starts.push_back(Starts.back() + Line.size());
  // The line of an offset; the end of the text counts to its last line if that has no end of its own.
  auto LineOf = [&](size_t Offset) {
    const size_t Line = static_cast<size_t>(llvm::upper_bound(Starts, Offset) - Starts.begin()) - 1;
    return Line == Old.size() && Line > 0 && !Text.ends_with("\n") ? Line - 1 : Line;
  };
  std::vector<Change> All;
  for (size_t I = 0; I != Edits.size();) {
    const size_t Begin = LineOf(Edits[I].Offset);
    size_t End = Begin;
    std::string Made = Text.slice(Starts[Begin], Edits[I].Offset).str();
    size_t At = Edits[I].Offset;
    for (; I != Edits.size() && LineOf(Edits[I].Offset) <= End; ++I) {
      Made += Text.slice(At, Edits[I].Offset);
      Made += Edits[I].Text;
      At = Edits[I].Offset + Edits[I].Length;
      End = LineOf(At);
    }
    const size_t Rest = End < Old.size() ? Starts[++End] : Text.size();
    Made += Text.slice(At, Rest);
    // What is the same at both ends, a line that an #include was put before, is no change.
    std::vector<StringRef> New = linesOf(Made);
    size_t First = Begin, NewFirst = 0, NewEnd = New.size();
    for (; First != End && NewFirst != NewEnd && Old[First] == New[NewFirst]; ++First, ++NewFirst)
      ;
    for (; First != End && NewFirst != NewEnd && Old[End - 1] == New[NewEnd - 1]; --End, --NewEnd)
      ;
    std::string Left;
    for (; NewFirst != NewEnd; ++NewFirst)
      Left += New[NewFirst];
    if (First != End || !Left.empty())
      All.push_back({First, End, std::move(Left)});
  }
  return All;
}

/// A name as git and patch read it.
std::string quoted(StringRef Name) {
  if (llvm::none_of(Name, [](char C) { return C == '"' || C == '\\' || static_cast<unsigned char>(C) < ' '; }))
    return (Name + (Name.contains(' ') ? "\t" : "")).str();
  std::string Made = "\"";
  for (char C : Name) {
    if (C == '"' || C == '\\')
      Made += '\\';
    if (static_cast<unsigned char>(C) < ' ')
      Made += llvm::formatv("\\{0}{1}{2}", C / 64, C / 8 % 8, C % 8).str();
    else
      Made += C;
  }
  return Made + "\"";
}

class Printer {
public:
  Printer(raw_ostream &OS, bool Color) : OS(OS), Color(Color) {}

  void line(char Mark, StringRef Line) {
    paint(Mark == '-' ? raw_ostream::RED : raw_ostream::GREEN, Mark != ' ', [&] { OS << Mark << Line.rtrim('\n'); });
    OS << (Line.ends_with("\n") ? "\n" : "\n\\ No newline at end of file\n");
  }
  void header(char Mark, const llvm::Twine &Name) {
    paint(raw_ostream::SAVEDCOLOR, true, [&] { OS << std::string(3, Mark) << " " << quoted(Name.str()); });
    OS << "\n";
  }
  void hunk(size_t Old, size_t OldCount, size_t New, size_t NewCount) {
    auto Range = [](size_t Begin, size_t Count) {
      // Of no lines, the line before them is told.
      return std::to_string(Count ? Begin + 1 : Begin) + (Count == 1 ? "" : "," + std::to_string(Count));
    };
    paint(raw_ostream::CYAN, true,
          [&] { OS << "@@ -" << Range(Old, OldCount) << " +" << Range(New, NewCount) << " @@"; });
    OS << "\n";
  }

private:
  void paint(raw_ostream::Colors As, bool Wanted, llvm::function_ref<void()> Print) {
    if (Color && Wanted)
      OS.changeColor(As, As == raw_ostream::SAVEDCOLOR);
    Print();
    if (Color && Wanted)
      OS.resetColor();
  }

  raw_ostream &OS;
  const bool Color;
};

} // namespace

void printDiff(raw_ostream &OS, bool Color, StringRef Name, StringRef Text, llvm::ArrayRef<Edit> Edits) {
  const std::vector<StringRef> Old = linesOf(Text);
  const std::vector<Change> All = changes(Text, Old, Edits);
  if (All.empty())
    return;
  Printer P(OS, Color);
  P.header('-', "a/" + Name);
  P.header('+', "b/" + Name);
  std::ptrdiff_t Shift = 0;
  for (size_t I = 0; I != All.size();) {
    size_t Last = I;
    while (Last + 1 != All.size() && All[Last + 1].Begin <= All[Last].End + 2 * Context)
      ++Last;
    const size_t Begin = All[I].Begin - std::min(Context, All[I].Begin);
    const size_t End = std::min(All[Last].End + Context, Old.size());
    std::ptrdiff_t Grown = 0;
    for (size_t J = I; J <= Last; ++J)
      Grown += static_cast<std::ptrdiff_t>(linesOf(All[J].Text).size()) -
               static_cast<std::ptrdiff_t>(All[J].End - All[J].Begin);
    P.hunk(Begin, End - Begin, Begin + static_cast<size_t>(Shift), End - Begin + static_cast<size_t>(Grown));
    Shift += Grown;
    size_t At = Begin;
    for (; I <= Last; ++I) {
      for (; At != All[I].Begin; ++At)
        P.line(' ', Old[At]);
      for (; At != All[I].End; ++At)
        P.line('-', Old[At]);
      for (StringRef Line : linesOf(All[I].Text))
        P.line('+', Line);
    }
    for (; At != End; ++At)
      P.line(' ', Old[At]);
  }
}

} // namespace asynctidy
