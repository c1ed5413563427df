// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The words, lines and colours of the text format.

#include "render/Text.h"
#include "CheckInfo.h"
#include "Spelling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Unicode.h"

namespace path = llvm::sys::path;
using llvm::raw_ostream;

namespace asynctidy {

raw_ostream &TextRenderer::paint(raw_ostream::Colors As, bool Bold) {
  if (Color)
    OS.changeColor(As, Bold);
  return OS;
}

void TextRenderer::plain() {
  if (Color)
    OS.resetColor();
}

std::string TextRenderer::shown(llvm::StringRef File) const {
  llvm::SmallString<256> Full(File);
  path::make_absolute(Root, Full);
  llvm::StringRef Short = Full;
  if (Short.consume_front(Here) && (Here == "/" || Short.consume_front("/")))
    return Short.str();
  return std::string(Full);
}

void TextRenderer::place(const Position &At) {
  if (!At.isValid())
    return;
  paint(raw_ostream::SAVEDCOLOR) << shown(At.File) << ":" << At.Line << ":" << At.Column << ": ";
  plain();
}

/// The source line, and below it what is meant.
void TextRenderer::excerpt(const Position &At, unsigned Length, llvm::StringRef Source) {
  if (!At.isValid() || At.Column > Source.size() + 1)
    return;
  OS << llvm::formatv("{0,6} | ", At.Line) << Source << "\n       | ";
  // Tabs stay tabs, and what takes no place or two keeps doing so.
  const llvm::StringRef Before = Source.take_front(At.Column - 1);
  for (size_t I = 0; I != Before.size();) {
    if (Before[I] == '\t') {
      OS << '\t';
      ++I;
      continue;
    }
    const size_t End = std::min(Before.find('\t', I), Before.size());
    const int Width = llvm::sys::unicode::columnWidthUTF8(Before.slice(I, End));
    OS.indent(Width >= 0 ? static_cast<unsigned>(Width) : static_cast<unsigned>(End - I));
    I = End;
  }
  const llvm::StringRef Meant = Source.substr(At.Column - 1, Length);
  const int Width = llvm::sys::unicode::columnWidthUTF8(Meant);
  paint(raw_ostream::GREEN) << '^' << std::string(Width > 1 ? static_cast<unsigned>(Width) - 1 : 0, '~');
  plain();
  OS << "\n";
}

/// What \p Edits make of the line, and the lines that they add; nothing if they change other lines.
void TextRenderer::proposal(const Position &At, llvm::StringRef Source, const std::vector<Edit> &Edits) {
  if (Edits.empty() || !At.isValid())
    return;
  const unsigned Begin = At.Offset - (At.Column - 1), End = Begin + static_cast<unsigned>(Source.size());
  std::string Line = Source.str();
  std::vector<llvm::StringRef> Lines; // Last one first.
  for (const Edit &E : llvm::reverse(Edits)) {
    const llvm::StringRef Text = E.Text;
    if (E.File == At.File && E.Offset >= Begin && E.Offset + E.Length <= End && !Text.contains('\n')) {
      Line.replace(E.Offset - Begin, E.Length, E.Text);
    } else if (Text.starts_with("#include")) {
      continue; // That the fix needs it goes without saying.
    } else if (E.Length == 0 && Text.contains('\n')) {
      llvm::SmallVector<llvm::StringRef> Added;
      Text.split(Added, '\n', -1, /*KeepEmpty=*/false);
      for (llvm::StringRef Each : llvm::reverse(Added))
        if (!Each.trim().empty())
          Lines.push_back(Each.rtrim());
    } else {
      return;
    }
  }
  if (Line != Source)
    Lines.push_back(Line);
  for (llvm::StringRef Each : llvm::reverse(Lines)) {
    OS << "       ";
    paint(raw_ostream::GREEN, false) << "+ " << Each;
    plain();
    OS << "\n";
  }
}

void TextRenderer::print(const Finding &Said) {
  place(Said.At);
  const bool IsError = Said.Shown == Finding::Level::Error;
  paint(IsError ? raw_ostream::RED : raw_ostream::MAGENTA) << (IsError ? "error: " : "warning: ");
  plain();
  paint(raw_ostream::SAVEDCOLOR) << Said.Message;
  plain();
  OS << " [" << Said.Check << "]\n";
  excerpt(Said.At, Said.Length, Said.Source);
  proposal(Said.At, Said.Source, Said.Edits);
  for (const Note &Beside : Said.Notes) {
    place(Beside.At);
    paint(raw_ostream::CYAN) << "note: ";
    plain();
    OS << Beside.Message << "\n";
    if (Beside.At != Said.At)
      excerpt(Beside.At, 1, Beside.Source);
    proposal(Beside.At, Beside.Source, Beside.Edits);
  }
}

void TextRenderer::print(const UnusedSuppression &Unused) {
  place(Unused.At);
  paint(raw_ostream::CYAN) << "hint: ";
  plain();
  OS << "this comment suppresses no finding of " << Unused.Check << " [unused-suppression]\n";
  excerpt(Unused.At, static_cast<unsigned>(llvm::StringRef("NOLINT").size()), Unused.Source);
  proposal(Unused.At, Unused.Source, Unused.Edits);
}

void TextRenderer::summarise(const Report &Said) {
  const unsigned Total = Said.count();
  if (Total)
    OS << "\n";
  paint(raw_ostream::SAVEDCOLOR) << plural(Said.Done, "file")
                                 << (Said.FromCache ? ", " + std::to_string(Said.FromCache) + " from the cache" : "")
                                 << ", " << plural(Said.Coroutines.size(), "coroutine") << ", "
                                 << plural(Said.suspensions(), "suspension point") << ", ";
  plain();
  paint(Total ? raw_ostream::RED : raw_ostream::GREEN) << plural(Total, "finding");
  plain();
  if (Said.Seconds > 0) // Results that were merged took as long as nobody knows.
    OS << llvm::formatv(" in {0:f1} s", Said.Seconds);
  OS << "\n";
  llvm::StringMap<unsigned> ByCheck;
  for (const Finding &F : Said.Findings)
    if (!F.Suppressed)
      ++ByCheck[F.Check];
  for (const CheckInfo &Check : checks())
    if (const unsigned Count = ByCheck.lookup(Check.Name))
      OS << llvm::formatv("  {0,-32} {1,4}\n", Check.Name, Count);
  if (const unsigned Suppressed = Said.suppressed())
    OS << "  suppressed by comments: " << Suppressed << "\n";
  if (Said.Baselined)
    OS << "  not new: " << Said.Baselined << "\n";
  if (Said.Stale)
    OS << "  stale in the baseline: " << Said.Stale << " (`async-tidy baseline prune` removes them)\n";
  if (!Said.Unused.empty())
    OS << "  comments that suppress nothing: " << Said.Unused.size() << "\n";
  listProblems(Said);
}

void TextRenderer::listProblems(const Report &Said) {
  for (const Report::Problem &P : Said.Problems) {
    OS << "  ";
    paint(raw_ostream::RED) << (P.How == FileResult::Outcome::Broken ? "not fully analysed: " : "not analysed: ");
    plain();
    OS << shown(P.File) << ": " << P.Reason << "\n";
  }
  if (!Said.isComplete()) {
    OS << "  ";
    paint(raw_ostream::RED) << "interrupted: ";
    plain();
    if (Said.Done != Said.Files)
      OS << plural(Said.Files - Said.Done, "file") << " not analysed" << (Said.IsUnlinked ? "; " : "\n");
    if (Said.IsUnlinked)
      OS << "calls from file to file not followed\n";
  }
}

} // namespace asynctidy
