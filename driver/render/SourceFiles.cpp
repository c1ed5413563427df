// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The source files that a report speaks of, as far as they are still what the report saw.

#include "render/SourceFiles.h"
#include "render/Columns.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace asynctidy {

size_t TextBlock::endOfLine(size_t From) const {
  const size_t End = std::min(Text.find('\n', From), Text.size());
  return End > From && Text[End - 1] == '\r' ? End - 1 : End;
}

const SourceFiles::File *SourceFiles::find(llvm::StringRef Name) {
  auto Found = Files.find(Name);
  if (Found == Files.end()) {
    Found = Files.try_emplace(Name.str()).first;
    llvm::SmallString<256> Path(Name);
    llvm::sys::path::make_absolute(Root, Path);
    // A pipe or a device would not end.
    if (llvm::sys::fs::is_regular_file(Path))
      if (auto Read = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false)) {
        File &Made = Found->second;
        Made.Text = std::move(*Read);
        const llvm::StringRef Text = Made.Text->getBuffer();
        Made.Lines.push_back(0);
        for (size_t Break = Text.find('\n'); Break + 1 < Text.size(); Break = Text.find('\n', Break + 1))
          Made.Lines.push_back(Break + 1);
      }
  }
  return Found->second.Text ? &Found->second : nullptr;
}

std::optional<TextBlock> SourceFiles::whole(llvm::StringRef Name) {
  const File *Read = find(Name);
  if (!Read)
    return std::nullopt;
  return TextBlock{1, 0, Read->Text->getBuffer()};
}

std::optional<llvm::StringRef> SourceFiles::line(llvm::StringRef Name, unsigned Line) {
  const File *Read = find(Name);
  if (!Read || Line == 0 || Line > Read->Lines.size())
    return std::nullopt;
  const TextBlock All{1, 0, Read->Text->getBuffer()};
  const size_t Begin = Read->Lines[Line - 1];
  return All.Text.slice(Begin, All.endOfLine(Begin));
}

bool SourceFiles::isAsBefore(const Position &At, llvm::StringRef Source) {
  const File *Read = find(At.File);
  const auto Now = line(At.File, At.Line);
  // A report that was stored has U+FFFD for what is no UTF-8.
  return Now && validUTF8(*Now) == validUTF8(Source.rtrim("\r\n")) &&
         Read->Lines[At.Line - 1] + At.Column == size_t{At.Offset} + 1;
}

llvm::StringRef SourceFiles::exact(const Position &At, llvm::StringRef Source) {
  return Source.contains("\xEF\xBF\xBD") && isAsBefore(At, Source) ? *line(At.File, At.Line) : Source;
}

std::optional<TextBlock> SourceFiles::under(const Edit &Change, const Finding &F) {
  std::vector<std::pair<const Position *, llvm::StringRef>> Said;
  Said.emplace_back(&F.At, F.Source);
  for (const Note &N : F.Notes)
    Said.emplace_back(&N.At, N.Source);
  llvm::erase_if(Said, [&](const auto &One) { return One.first->File != Change.File || !One.first->isValid(); });
  if (llvm::all_of(Said, [&](const auto &One) { return isAsBefore(*One.first, One.second); })) {
    auto All = whole(Change.File);
    if (All && size_t{Change.Offset} + Change.Length <= All->Text.size())
      return All;
    return std::nullopt;
  }
  for (const auto &[At, Source] : Said) {
    const unsigned Before = std::max(At->Column, 1U) - 1;
    if (At->Offset < Before)
      continue;
    const TextBlock Line{At->Line, At->Offset - Before, Source};
    if (locate(Change, Line))
      return Line;
  }
  return std::nullopt;
}

std::optional<TextRange> locate(const Edit &Change, const TextBlock &Known) {
  if (Change.Offset < Known.Offset)
    return std::nullopt;
  const size_t From = Change.Offset - Known.Offset;
  const size_t To = From + Change.Length;
  if (To > Known.Text.size())
    return std::nullopt;
  auto Place = [&](size_t At, unsigned &Line, unsigned &Column, llvm::StringRef &Text) {
    const llvm::StringRef Before = Known.Text.take_front(At);
    const size_t Begin = Before.rfind('\n') == llvm::StringRef::npos ? 0 : Before.rfind('\n') + 1;
    Line = Known.FirstLine + static_cast<unsigned>(Before.count('\n'));
    Column = static_cast<unsigned>(At - Begin) + 1;
    Text = Known.Text.slice(Begin, std::max(Known.endOfLine(Begin), At));
  };
  TextRange Range;
  Place(From, Range.Line, Range.Column, Range.First);
  Place(To, Range.EndLine, Range.EndColumn, Range.Last);
  return Range;
}

} // namespace asynctidy
