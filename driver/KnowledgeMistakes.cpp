// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks the loader again without the entry that it has complained of, until it is content.

#include "KnowledgeMistakes.h"
#include "knowledge/KnowledgeFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using llvm::StringRef;

namespace asynctidy {
namespace {

/// Nobody mends more at a time.
constexpr size_t Most = 100;

size_t indentation(StringRef Line) { return Line.find_first_not_of(' '); }
bool isEmpty(StringRef Line) {
  const StringRef Text = Line.trim();
  return Text.empty() || Text.starts_with("#");
}
/// Whether a key of the file stands in \p Line.
bool isTopLevel(StringRef Line) { return !isEmpty(Line) && Line.front() != ' ' && Line.front() != '-'; }
bool isItem(StringRef Line, size_t Indentation) {
  return !isEmpty(Line) && indentation(Line) == Indentation && Line.substr(Indentation).starts_with("- ");
}

/// Takes the entry around line \p At out; false if there is none, or if nothing would be left of its section.
bool removeEntry(std::vector<std::string> &Lines, size_t At) {
  size_t Section = At;
  while (Section && !isTopLevel(Lines[Section]))
    --Section;
  size_t First = Section + 1;
  while (First < Lines.size() && isEmpty(Lines[First]))
    ++First;
  if (Section == At || First > At || First == Lines.size())
    return false;
  const size_t Indentation = indentation(Lines[First]);
  if (!isItem(Lines[First], Indentation))
    return false;
  size_t Begin = At;
  while (!isItem(Lines[Begin], Indentation))
    --Begin;
  size_t End = Begin + 1;
  while (End < Lines.size() && !isItem(Lines[End], Indentation) && !isTopLevel(Lines[End]))
    ++End;
  const bool HasNext = End < Lines.size() && isItem(Lines[End], Indentation);
  for (size_t I = Begin; I != End; ++I)
    Lines[I].clear();
  if (Begin == First && !HasNext)
    Lines[Section].clear();
  return true;
}

/// Takes the key of the file in line \p At out, with all that belongs to it.
bool removeSection(std::vector<std::string> &Lines, size_t At) {
  if (!isTopLevel(Lines[At]))
    return false;
  do
    Lines[At].clear();
  while (++At < Lines.size() && !isTopLevel(Lines[At]));
  return true;
}

/// Where the loader's words point: the first thing in quotes that stands in the line, or else where it begins.
unsigned columnOf(StringRef Line, StringRef Reason) {
  for (size_t Open = Reason.find('\''); Open != StringRef::npos;) {
    const size_t Close = Reason.find('\'', Open + 1);
    if (Close == StringRef::npos)
      break;
    const StringRef Quoted = Reason.slice(Open + 1, Close);
    if (const size_t Found = Quoted.empty() ? StringRef::npos : Line.find(Quoted); Found != StringRef::npos)
      return static_cast<unsigned>(Found + 1);
    Open = Reason.find('\'', Close + 1);
  }
  const size_t Begin = Line.find_first_not_of(" -");
  return Begin == StringRef::npos ? 1 : static_cast<unsigned>(Begin + 1);
}

} // namespace

std::vector<KnowledgeMistake> mistakesIn(StringRef Text) {
  std::vector<std::string> Lines;
  llvm::SmallVector<StringRef, 0> Split;
  Text.split(Split, '\n');
  for (StringRef Line : Split)
    Lines.push_back(Line.str());

  std::vector<KnowledgeMistake> Result;
  std::string Left = Text.str();
  while (Result.size() < Most) {
    auto File = parseKnowledge(Left, "");
    if (File)
      break;
    const std::string Error = llvm::toString(File.takeError());
    KnowledgeMistake Mistake;
    StringRef Rest = StringRef(Error).drop_front(); // The colon after the name of the file.
    Rest.consumeInteger(10, Mistake.Line);
    Rest.consume_front(": ");
    Mistake.Reason = Rest.str();
    const size_t At = Mistake.Line ? Mistake.Line - 1 : 0;
    const StringRef Line = At < Split.size() ? Split[At] : "";
    Mistake.Column = columnOf(Line, Mistake.Reason);
    // A consequence of what was taken out, or of a mistake that hides others.
    if (!Result.empty() && (At >= Lines.size() || isEmpty(Lines[At])))
      break;
    Result.push_back(Mistake);
    const bool IsUnknownKey = Rest.starts_with("unknown key");
    if (At >= Lines.size() || Rest.starts_with("not YAML") || Rest.starts_with("holds more"))
      break;
    if (!removeEntry(Lines, At) && !(IsUnknownKey && removeSection(Lines, At)))
      break;
    Left.clear();
    for (const std::string &L : Lines)
      Left += L + '\n';
  }
  llvm::sort(Result, [](const auto &A, const auto &B) { return A.Line < B.Line; });
  return Result;
}

} // namespace asynctidy
