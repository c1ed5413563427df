// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads files and finds lines.

#include "SourceTexts.h"
#include "FileState.h"
#include "clang/Basic/CharInfo.h"
#include "llvm/ADT/STLExtras.h"

namespace asynctidy {

SourceTexts::Text &SourceTexts::text(llvm::StringRef Mapped) {
  auto [Slot, New] = Texts.try_emplace(Mapped);
  Text &Found = Slot->second;
  if (!New)
    return Found;
  if (auto Buffer = Files.getBufferForFile(Paths.absolute(Mapped)))
    Found.Buffer = std::move(*Buffer);
  if (!Found.Buffer)
    return Found;
  Found.Lines.push_back(0);
  const llvm::StringRef Bytes = Found.Buffer->getBuffer();
  for (size_t At = Bytes.find('\n'); At != llvm::StringRef::npos; At = Bytes.find('\n', At + 1))
    Found.Lines.push_back(static_cast<unsigned>(At + 1));
  return Found;
}

Position SourceTexts::at(llvm::StringRef File, unsigned Offset) {
  Position At;
  At.File = Paths.get(File);
  const Text &Found = text(At.File);
  if (!Found.Buffer || Offset > Found.Buffer->getBufferSize())
    return {};
  const auto Line = llvm::upper_bound(Found.Lines, Offset) - 1;
  At.Line = static_cast<unsigned>(Line - Found.Lines.begin() + 1);
  At.Column = Offset - *Line + 1;
  At.Offset = Offset;
  return At;
}

llvm::StringRef SourceTexts::line(const Position &At) {
  const Text &Found = text(At.File);
  if (!Found.Buffer || At.Line == 0 || At.Line > Found.Lines.size())
    return {};
  return Found.Buffer->getBuffer().substr(Found.Lines[At.Line - 1]).split('\n').first.rtrim('\r');
}

unsigned SourceTexts::tokenLength(const Position &At) {
  const llvm::StringRef Rest = line(At).drop_front(std::min<size_t>(At.Column ? At.Column - 1 : 0, line(At).size()));
  const size_t Length = Rest.take_while([](char C) { return clang::isAsciiIdentifierContinue(C); }).size();
  return std::max<unsigned>(1, static_cast<unsigned>(Length));
}

bool SourceTexts::agreeWith(llvm::ArrayRef<Dependency> Read) const {
  return llvm::all_of(Read, [&](const Dependency &D) {
    const auto Here = Texts.find(D.File);
    return Here == Texts.end() || !Here->second.Buffer || hashOf(Here->second.Buffer->getBuffer()) == D.Hash;
  });
}

std::string SourceTexts::statement(const Position &At) {
  Text &Found = text(At.File);
  if (!Found.Buffer)
    return {};
  if (!Found.Words)
    Found.Words = std::make_unique<Tokens>(Found.Buffer->getBuffer());
  return Found.Words->statementAt(At.Offset);
}

} // namespace asynctidy
