// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries are files of JSON with increasing numbers; contents are base64 since they may be any bytes.

#include "Journal.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = llvm::sys::fs;
namespace json = llvm::json;
namespace path = llvm::sys::path;

namespace asynctidy {

static constexpr size_t Kept = 20;

/// Where programs keep what is neither configuration nor can be made again.
static std::string stateFolder() {
  const auto Given = llvm::sys::Process::GetEnv("XDG_STATE_HOME");
  if (Given && path::is_absolute(*Given))
    return *Given;
  llvm::SmallString<128> Home;
  path::home_directory(Home);
  path::append(Home, ".local", "state");
  return std::string(Home);
}

Journal::Journal(std::string Of) : Root(std::move(Of)) {
  const std::string Hash = llvm::toHex(llvm::BLAKE3::hash<16>(llvm::arrayRefFromStringRef(Root)), /*LowerCase=*/true);
  llvm::SmallString<256> In(stateFolder());
  path::append(In, "async-tidy", "undo", Hash);
  Folder = std::string(In);
}

Journal::~Journal() {
  if (Lock >= 0)
    close(Lock);
}

bool Journal::exists() const { return fs::is_directory(Folder); }

std::string Journal::lock() {
  // What was replaced is source code, which others need not be allowed to read.
  if (auto Problem = fs::create_directories(Folder, /*IgnoreExisting=*/true, fs::perms::owner_all))
    return Folder + ": " + Problem.message();
  Lock = open(Folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (Lock < 0 || flock(Lock, LOCK_EX) != 0)
    return Folder + ": " + std::strerror(errno);
  return {};
}

std::vector<std::string> Journal::names() const {
  std::vector<std::string> All;
  std::error_code Problem;
  for (fs::directory_iterator At(Folder, Problem), End; At != End && !Problem; At.increment(Problem)) {
    const llvm::StringRef Name = path::filename(At->path());
    llvm::StringRef Number = Name;
    if (Number.consume_back(".json") && !Number.empty() && llvm::all_of(Number, llvm::isDigit))
      All.push_back(Name.str());
  }
  llvm::sort(All, [](const std::string &A, const std::string &B) {
    return std::make_pair(A.size(), llvm::StringRef(A)) < std::make_pair(B.size(), llvm::StringRef(B));
  });
  return All;
}

std::optional<JournalEntry> Journal::read(const std::string &Name) const {
  auto Text = llvm::MemoryBuffer::getFile(Folder + "/" + Name);
  auto Parsed = Text ? json::parse((*Text)->getBuffer()) : json::Value(nullptr);
  if (!Parsed) {
    llvm::consumeError(Parsed.takeError());
    return std::nullopt;
  }
  const json::Object *From = Parsed->getAsObject();
  const json::Array *Files = From ? From->getArray("files") : nullptr;
  if (!Files || From->getInteger("version") != 1)
    return std::nullopt;
  JournalEntry Read;
  Read.Time = From->getString("time").value_or("").str();
  Read.Fixes = static_cast<unsigned>(From->getInteger("fixes").value_or(0));
  for (const json::Value &Entry : *Files) {
    const json::Object *File = Entry.getAsObject();
    std::vector<char> Before;
    if (!File || !File->getString("path") || !File->getString("hash") || !File->getString("before"))
      return std::nullopt;
    if (auto Wrong = llvm::decodeBase64(*File->getString("before"), Before)) {
      llvm::consumeError(std::move(Wrong));
      return std::nullopt;
    }
    Read.Files.push_back(
        {File->getString("path")->str(), File->getString("hash")->str(), std::string(Before.begin(), Before.end())});
  }
  return Read;
}

std::string Journal::add(const JournalEntry &What, std::string &Name) {
  json::Array Files;
  for (const JournalEntry::File &F : What.Files)
    Files.push_back(json::Object{{"path", F.Path}, {"hash", F.Hash}, {"before", llvm::encodeBase64(F.Before)}});
  const json::Value Entry = json::Object{{"version", 1},
                                         {"root", json::isUTF8(Root) ? Root : json::fixUTF8(Root)},
                                         {"time", What.Time},
                                         {"fixes", What.Fixes},
                                         {"files", std::move(Files)}};
  const std::vector<std::string> There = names();
  unsigned Last = 0;
  if (!There.empty())
    llvm::StringRef(There.back()).drop_back(llvm::StringRef(".json").size()).getAsInteger(10, Last);
  Name = std::to_string(Last + 1) + ".json";
  Name.insert(0, Name.size() < 9 ? 9 - Name.size() : 0, '0');
  if (std::string Why = writeDurably(Folder + "/" + Name, llvm::formatv("{0}\n", Entry).str(), 0600); !Why.empty())
    return Why;
  for (size_t I = 0; I + Kept < There.size() + 1; ++I)
    remove(There[I]);
  return {};
}

void Journal::remove(const std::string &Name) { fs::remove(Folder + "/" + Name); }

} // namespace asynctidy
