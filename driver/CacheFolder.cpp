// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes beside the place and renames, prunes with LLVM's own pruner, and counts under a lock.

#include "CacheFolder.h"
#include "CacheEntry.h"
#include "NewFile.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <fcntl.h>
#include <sys/stat.h>

namespace fs = llvm::sys::fs;
namespace json = llvm::json;

namespace asynctidy {

/// pruneCache touches no file that is called otherwise.
static constexpr llvm::StringLiteral Prefix = "llvmcache-";
static constexpr llvm::StringLiteral StatisticsFile = "statistics.json", LockFile = "statistics.lock",
                                     PruneStamp = "llvmcache.timestamp";

CacheCounts &CacheCounts::operator+=(const CacheCounts &Other) {
  Runs += Other.Runs;
  Hits += Other.Hits;
  Misses += Other.Misses;
  Damaged += Other.Damaged;
  return *this;
}

static llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> slurp(const llvm::Twine &File) {
  // Volatile: not mapped, so that whoever truncates it does not kill us.
  return llvm::MemoryBuffer::getFile(File, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
}

std::string CacheFolder::file(llvm::StringRef Name) const { return (Settings.Folder + "/" + Prefix + Name).str(); }

std::optional<std::string> CacheFolder::read(llvm::StringRef Name, CacheCounts &Counts) {
  const auto Bytes = slurp(file(Name));
  if (!Bytes)
    return std::nullopt;
  auto Payload = decodeEntry(Name, (*Bytes)->getBuffer());
  if (!Payload) {
    ++Counts.Damaged;
    remove(Name);
  }
  return Payload;
}

void CacheFolder::touch(llvm::StringRef Name) const { utimensat(AT_FDCWD, file(Name).c_str(), nullptr, 0); }

void CacheFolder::remove(llvm::StringRef Name) const { fs::remove(file(Name)); }

std::error_code CacheFolder::writeFile(const std::string &File, llvm::StringRef Bytes) const {
  if (auto Problem = fs::create_directories(Settings.Folder, /*IgnoreExisting=*/true, fs::owner_all))
    return Problem;
  // One that was left by a process that was killed is pruned like an entry.
  NewFile New(Settings.Folder + "/" + Prefix.str() + "new-", 0600);
  New.write([&](llvm::raw_ostream &OS) { OS << Bytes; });
  New.become(File);
  return New.error();
}

void CacheFolder::write(llvm::StringRef Name, llvm::StringRef Payload) {
  if (!Trouble.empty())
    return;
  // Nothing is synced: what a crash of the machine leaves is found out by its hash.
  if (auto Problem = writeFile(file(Name), encodeEntry(Name, Payload)))
    Trouble = "the cache in " + Settings.Folder + " cannot be written: " + Problem.message() +
              "; name another folder with --cache-dir, or pass --no-cache";
}

void CacheFolder::prune(bool Now) const {
  llvm::CachePruningPolicy Policy;
  Policy.Interval = Now ? std::chrono::seconds(0) : std::chrono::hours(1);
  Policy.Expiration = std::chrono::days(30);
  Policy.MaxSizePercentageOfAvailableSpace = 0;
  Policy.MaxSizeBytes = Settings.MaxBytes;
  if (fs::is_directory(Settings.Folder))
    llvm::pruneCache(Settings.Folder, Policy);
}

bool CacheFolder::clear() const {
  std::error_code Problem, Left;
  for (fs::directory_iterator At(Settings.Folder, Problem), End; At != End && !Problem; At.increment(Problem)) {
    const llvm::StringRef Name = llvm::sys::path::filename(At->path());
    if (Name.starts_with(Prefix) || Name == StatisticsFile || Name == LockFile || Name == PruneStamp)
      if (auto Kept = fs::remove(At->path()))
        Left = Kept;
  }
  return !Left && (!Problem || Problem == std::errc::no_such_file_or_directory);
}

CacheFolder::Size CacheFolder::size() const {
  Size Found;
  std::error_code Problem;
  for (fs::directory_iterator At(Settings.Folder, Problem), End; At != End && !Problem; At.increment(Problem)) {
    if (!llvm::sys::path::filename(At->path()).starts_with(Prefix))
      continue;
    ++Found.Entries;
    if (auto Status = At->status())
      Found.Bytes += Status->getSize();
  }
  return Found;
}

static json::Object toObject(const CacheCounts &C) {
  return json::Object{{"runs", C.Runs}, {"hits", C.Hits}, {"misses", C.Misses}, {"damaged", C.Damaged}};
}

static CacheCounts fromObject(const json::Object *From) {
  auto Number = [&](llvm::StringRef Key) {
    return static_cast<uint64_t>(From ? From->getInteger(Key).value_or(0) : 0);
  };
  return {Number("runs"), Number("hits"), Number("misses"), Number("damaged")};
}

CacheFolder::Statistics CacheFolder::statistics() const {
  const auto Text = slurp(Settings.Folder + "/" + StatisticsFile);
  if (!Text)
    return {};
  auto Parsed = json::parse((*Text)->getBuffer());
  if (!Parsed) {
    llvm::consumeError(Parsed.takeError());
    return {};
  }
  const json::Object *Object = Parsed->getAsObject();
  return {fromObject(Object ? Object->getObject("all") : nullptr),
          fromObject(Object ? Object->getObject("last") : nullptr)};
}

void CacheFolder::count(const CacheCounts &Run) const {
  // A lock of the kernel: it ends with whoever holds it. Numbers are not worth a wait, nor a message.
  int Lock = -1;
  if (fs::openFileForReadWrite(Settings.Folder + "/" + LockFile, Lock, fs::CD_OpenAlways, fs::OF_None,
                               fs::owner_read | fs::owner_write))
    return;
  if (!fs::tryLockFile(Lock, std::chrono::seconds(2))) {
    CacheCounts All = statistics().All;
    All += Run;
    const json::Value Text = json::Object{{"all", toObject(All)}, {"last", toObject(Run)}};
    std::string Written;
    llvm::raw_string_ostream(Written) << Text << "\n";
    writeFile(Settings.Folder + "/" + StatisticsFile.str(), Written);
  }
  fs::file_t Handle = Lock;
  fs::closeFile(Handle);
}

} // namespace asynctidy
