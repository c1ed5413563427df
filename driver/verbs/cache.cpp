// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy cache`: what is in the cache and how often it helped, and taking things out of it.

#include "verbs/CacheOptions.h"
#include "verbs/Verbs.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("cache", "show or empty the cache of former results");
static CacheOptions Options(Command);
enum class Action { Stats, Clear, Prune, Dir };
// The values are options of their own: of the verb only if that comes before them.
static cl::opt<Action> What(
    cl::desc("what to do"), cl::sub(Command), cl::init(Action::Stats),
    cl::values(clEnumValN(Action::Stats, "stats", "how often it helped, and its size (default)"),
               clEnumValN(Action::Clear, "clear", "remove everything"),
               clEnumValN(Action::Prune, "prune", "remove what is beyond --cache-size or was of no use for 30 days"),
               clEnumValN(Action::Dir, "dir", "print the folder")));

static std::string told(const CacheCounts &C) {
  const uint64_t Asked = C.Hits + C.Misses;
  return llvm::formatv("{0} of {1} files from the cache ({2}%){3}", C.Hits, Asked, Asked ? 100 * C.Hits / Asked : 0,
                       C.Damaged ? llvm::formatv(", {0} damaged and removed", C.Damaged).str() : "");
}

static void printStatistics(const CacheFolder &In, const CacheSettings &Settings) {
  const CacheFolder::Statistics Counted = In.statistics();
  const CacheFolder::Size Size = In.size();
  llvm::outs() << "folder    " << Settings.Folder << "\n"
               << llvm::formatv("size      {0:f1} of {1:f1} MiB, {2} entries\n", Size.Bytes / 1048576.0,
                                Settings.MaxBytes / 1048576.0, Size.Entries)
               << "last run  " << told(Counted.Last) << "\n"
               << "all       " << told(Counted.All) << " in " << Counted.All.Runs << " runs\n";
}

static ExitCode run() {
  const auto Settings = Options.settings();
  if (!Settings)
    return Usage;
  if (Settings->Folder.empty())
    return complain("there is no cache: no variable says where",
                    "set HOME or ASYNC_TIDY_CACHE_DIR, or pass --cache-dir");
  const CacheFolder In(*Settings);
  switch (What) {
  case Action::Dir:
    llvm::outs() << Settings->Folder << "\n";
    break;
  case Action::Clear:
    if (!In.clear()) {
      complain("not everything in " + Settings->Folder + " could be removed", "is it yours, and writable?");
      return Incomplete;
    }
    break;
  case Action::Prune:
    In.prune(/*Now=*/true);
    break;
  case Action::Stats:
    printStatistics(In, *Settings);
    break;
  }
  return Clean;
}

Verb cacheVerb() { return {&Command, run}; }

} // namespace asynctidy
