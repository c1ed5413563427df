// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads, writes and matches.

#include "Baseline.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include <deque>

using llvm::StringRef;
namespace json = llvm::json;

namespace asynctidy {

constexpr int64_t Version = 1;

/// The number of the line where git has left a conflict to be resolved; 0 if there is none.
static unsigned conflictIn(StringRef Text) {
  unsigned Number = 0;
  while (!Text.empty()) {
    ++Number;
    const auto [Line, Rest] = Text.split('\n');
    if (Line.starts_with("<<<<<<< ") || Line.starts_with(">>>>>>> ") || Line.rtrim() == "=======")
      return Number;
    Text = Rest;
  }
  return 0;
}

/// Of "[3:1, byte=20]: Expected ..." what people read.
static std::string sentence(llvm::Error Error) {
  std::string Said = llvm::toString(std::move(Error));
  const auto [Place, Reason] = StringRef(Said).split(": ");
  const StringRef Line = Place.drop_front(Place.starts_with("[")).split(':').first;
  return Reason.empty() ? Said : ("line " + Line + ": " + Reason).str();
}

std::optional<Baseline> parseBaseline(StringRef Text, std::string &Why) {
  auto Fail = [&](const llvm::Twine &Reason) {
    Why = Reason.str();
    return std::nullopt;
  };
  if (const unsigned Line = conflictIn(Text))
    return Fail("line " + llvm::Twine(Line) + ": a conflict of a merge is not resolved");
  auto Parsed = json::parse(Text);
  if (!Parsed)
    return Fail("it is no JSON: " + sentence(Parsed.takeError()));
  const json::Object *Top = Parsed->getAsObject();
  const std::optional<int64_t> Number = Top ? Top->getInteger("version") : std::nullopt;
  if (!Number)
    return Fail("it is no baseline: there is no version");
  if (*Number != Version)
    return Fail("it has version " + llvm::Twine(*Number) + ", and this async-tidy reads " + llvm::Twine(Version));
  const json::Array *All = Top->getArray("findings");
  if (!All)
    return Fail("it is no baseline: there is no list of findings");
  Baseline Entries;
  for (const json::Value &One : *All) {
    const json::Object *Said = One.getAsObject();
    auto Get = [&](StringRef Key) { return Said ? Said->getString(Key).value_or("").str() : ""; };
    BaselineEntry Entry{Get("file"), Get("check"), Get("function"), Get("fingerprint"), Get("message")};
    if (Entry.File.empty() || Entry.Check.empty() || Entry.Fingerprint.empty())
      return Fail("finding " + llvm::Twine(Entries.size() + 1) + " has no file, check or fingerprint");
    Entries.push_back(std::move(Entry));
  }
  return Entries;
}

void print(Baseline Entries, llvm::raw_ostream &OS) {
  llvm::sort(Entries);
  OS << "{\n  \"version\": " << Version << ",\n  \"findings\": [";
  for (const BaselineEntry &Entry : Entries) {
    OS << (&Entry == &Entries.front() ? "\n    " : ",\n    ");
    json::OStream Line(OS);
    Line.object([&] {
      Line.attribute("file", json::fixUTF8(Entry.File));
      Line.attribute("check", Entry.Check);
      Line.attribute("function", json::fixUTF8(Entry.Function));
      Line.attribute("fingerprint", Entry.Fingerprint);
      Line.attribute("message", json::fixUTF8(Entry.Message));
    });
  }
  OS << (Entries.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

BaselineMatch match(llvm::ArrayRef<Finding> Findings, const Baseline &Entries,
                    llvm::function_ref<bool(StringRef)> Exists) {
  BaselineMatch Found{std::vector<int>(Findings.size(), -1), std::vector<bool>(Entries.size())};
  llvm::StringMap<std::deque<int>> InFile, Homeless;
  llvm::StringMap<bool> IsThere;
  for (int I = 0; I != static_cast<int>(Entries.size()); ++I)
    InFile[Entries[I].File + '\0' + Entries[I].Fingerprint].push_back(I);
  auto Take = [&](size_t F, llvm::StringMap<std::deque<int>> &From, const std::string &Key) {
    const auto Slot = From.find(Key);
    if (Slot == From.end() || Slot->second.empty())
      return;
    Found.EntryOf[F] = Slot->second.front();
    Found.Matched[Slot->second.front()] = true;
    Slot->second.pop_front();
  };
  for (size_t F = 0; F != Findings.size(); ++F)
    if (!Findings[F].Suppressed)
      Take(F, InFile, Findings[F].At.File + '\0' + Findings[F].Fingerprint);
  for (int I = 0; I != static_cast<int>(Entries.size()); ++I) {
    if (Found.Matched[I])
      continue;
    auto [There, New] = IsThere.try_emplace(Entries[I].File);
    if (New)
      There->second = Exists(Entries[I].File);
    if (!There->second)
      Homeless[Entries[I].Fingerprint].push_back(I);
  }
  for (size_t F = 0; F != Findings.size(); ++F)
    if (!Findings[F].Suppressed && Found.EntryOf[F] < 0)
      Take(F, Homeless, Findings[F].Fingerprint);
  return Found;
}

} // namespace asynctidy
