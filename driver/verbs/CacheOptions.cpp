// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the folder of the cache.

#include "verbs/CacheOptions.h"
#include "Verb.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

namespace cl = llvm::cl;
namespace path = llvm::sys::path;

namespace asynctidy {

CacheOptions::CacheOptions(cl::SubCommand &Of)
    : Folder("cache-dir",
             cl::desc("folder of the cache (default: $ASYNC_TIDY_CACHE_DIR, or async-tidy in "
                      "$XDG_CACHE_HOME or ~/.cache)"),
             cl::value_desc("folder"), cl::sub(Of)),
      MaxSize("cache-size", cl::desc("what the cache may take on disk, as 500M or 2G (default: 1G)"),
              cl::value_desc("size"), cl::init("1G"), cl::sub(Of)) {}

/// Where the cache is when no option says so; empty if the environment does not say either.
static std::string defaultFolder() {
  auto Variable = [](llvm::StringRef Name) { return llvm::sys::Process::GetEnv(Name).value_or(""); };
  if (std::string Own = Variable("ASYNC_TIDY_CACHE_DIR"); !Own.empty())
    return Own;
  // The standard says that a relative one is to be ignored.
  if (std::string Caches = Variable("XDG_CACHE_HOME"); path::is_absolute(Caches))
    return Caches + "/async-tidy";
  if (std::string Home = Variable("HOME"); path::is_absolute(Home))
    return Home + "/.cache/async-tidy";
  return "";
}

static std::optional<uint64_t> bytes(llvm::StringRef Text) {
  const size_t Unit = llvm::StringRef("KMG").find(Text.empty() ? '\0' : llvm::toUpper(Text.back()));
  const unsigned Shift = Unit == llvm::StringRef::npos ? 0 : 10 * static_cast<unsigned>(Unit + 1);
  uint64_t Number = 0;
  if ((Shift ? Text.drop_back() : Text).getAsInteger(10, Number) || Number == 0 || Number > (~uint64_t(0) >> Shift))
    return std::nullopt;
  return Number << Shift;
}

std::optional<CacheSettings> CacheOptions::settings() const {
  const auto Size = bytes(MaxSize);
  if (!Size) {
    complain("--cache-size=" + MaxSize + " is no size",
             "give a number above zero, with K, M or G behind it or without");
    return std::nullopt;
  }
  llvm::SmallString<256> Chosen(Folder.empty() ? defaultFolder() : Folder.getValue());
  if (!Chosen.empty())
    llvm::sys::fs::make_absolute(Chosen);
  return CacheSettings{std::string(Chosen), *Size};
}

} // namespace asynctidy
