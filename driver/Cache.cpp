// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks results up, and keeps them.

#include "Cache.h"
#include "CacheEntry.h"
#include "CacheKey.h"
#include "FileState.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace json = llvm::json;

namespace asynctidy {

/// Files that come and go with what is included, as on two branches: so many lists are kept for a command.
static constexpr size_t MaxLists = 4;

static std::string listName(llvm::StringRef Key) { return (Key + ".files").str(); }
static std::string resultName(llvm::StringRef Key) { return (Key + ".result").str(); }

Cache::Cache(const CacheSettings &Settings, const Configuration &Chosen)
    : Chosen(Chosen), Program(Settings.Folder.empty() ? "" : programIdentity()) {
  if (!Program.empty())
    Folder.emplace(Settings);
  Counts.Runs = 1;
}

std::string Cache::keyOf(const clang::tooling::CompileCommand &Command) const {
  return Folder ? commandKey(Command, Chosen, Program) : "";
}

const std::string &Cache::state(llvm::StringRef File) {
  auto [Slot, New] = States.try_emplace(File);
  if (New)
    Slot->second = File.starts_with("/") ? stateOf(File) : stateOf(Chosen.Root + "/" + File);
  return Slot->second;
}

std::string Cache::resultKey(llvm::StringRef Key, llvm::ArrayRef<llvm::StringRef> Files) {
  KeyBuilder Whole;
  Whole.add(Key);
  for (llvm::StringRef File : Files) {
    Whole.add(File);
    Whole.add(state(File));
  }
  return Whole.take();
}

std::optional<FileResult> Cache::find(llvm::StringRef Key) {
  if (!Folder)
    return std::nullopt;
  if (const auto Lists = Folder->read(listName(Key), Counts))
    for (const std::vector<llvm::StringRef> &Files : splitLists(*Lists)) {
      const std::string Name = resultName(resultKey(Key, Files));
      const auto Text = Folder->read(Name, Counts);
      if (!Text)
        continue;
      FileResult Result;
      auto Parsed = json::parse(*Text);
      json::Path::Root Where;
      if (!Parsed || !fromJSON(*Parsed, Result, Where)) {
        // Whole, and yet not what this program writes: that cannot come from a disk.
        llvm::consumeError(Parsed ? Where.getError() : Parsed.takeError());
        ++Counts.Damaged;
        Folder->remove(Name);
        continue;
      }
      Folder->touch(listName(Key));
      Folder->touch(Name);
      ++Counts.Hits;
      return Result;
    }
  ++Counts.Misses;
  return std::nullopt;
}

void Cache::store(llvm::StringRef Key, const clang::tooling::CompileCommand &Command, const FileResult &Result,
                  llvm::ArrayRef<Dependency> Read) {
  // What does not compile has read no one knows what; what changed while it was read has no dependencies.
  if (!Folder || Result.How != FileResult::Outcome::Analysed || Read.empty())
    return;
  // The worker has read configuration and knowledge after us.
  if (Key != keyOf(Command))
    return;
  // Of sources, the worker tells what it has read. If they are other ones by now, the result is kept for when they are
  // as they were.
  std::vector<llvm::StringRef> Files;
  KeyBuilder Whole;
  Whole.add(Key);
  for (const Dependency &D : Read) {
    Files.push_back(D.File);
    Whole.add(D.File);
    Whole.add(D.Hash);
  }
  std::string Text;
  llvm::raw_string_ostream(Text) << toJSON(Result);
  Folder->write(resultName(Whole.take()), Text);

  // Of two runs that do this at once one list may be lost, which costs an analysis.
  CacheCounts Ignored;
  const std::string Old = Folder->read(listName(Key), Ignored).value_or("");
  std::vector<std::vector<llvm::StringRef>> Lists = splitLists(Old);
  if (!Lists.empty() && Lists.front() == Files)
    return;
  llvm::erase(Lists, Files);
  Lists.insert(Lists.begin(), std::move(Files));
  Lists.resize(std::min(Lists.size(), MaxLists));
  Folder->write(listName(Key), joinLists(Lists));
}

std::string Cache::finish() {
  if (!Folder)
    return "";
  if (Folder->trouble().empty()) {
    Folder->count(Counts);
    Folder->prune();
  }
  return Folder->trouble().str();
}

} // namespace asynctidy
