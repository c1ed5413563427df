// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes paths relative to the root.

#include "PathMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace path = llvm::sys::path;

namespace asynctidy {

/// Takes \p Root off \p Path if it lies there.
static bool relativeTo(llvm::StringRef Root, llvm::StringRef &Path) {
  llvm::StringRef Rest = Path;
  if (!Rest.consume_front(Root) || (!Root.ends_with("/") && !Rest.consume_front("/")))
    return false;
  Path = Rest;
  return true;
}

const std::string &PathMap::get(llvm::StringRef Name) {
  auto [Slot, New] = Known.try_emplace(Name);
  if (!New)
    return Slot->second;
  llvm::SmallString<256> Written(Name);
  llvm::sys::path::make_absolute(Directory, Written);
  llvm::SmallString<256> Full(Written);
  path::remove_dots(Full, /*remove_dot_dot=*/true);
  llvm::StringRef Short = Full;
  llvm::SmallString<256> Real;
  if (!relativeTo(Root, Short) && !llvm::sys::fs::real_path(Written, Real)) {
    llvm::StringRef Behind = Real;
    // Where /lib leads to /usr/lib, /lib/../include is another folder than its letters say.
    if (relativeTo(Root, Behind) || Written.str().contains("/../") || Written.str().ends_with("/.."))
      Short = Behind;
  }
  return Slot->second = Short.str();
}

std::string PathMap::absolute(llvm::StringRef Path) const {
  llvm::SmallString<256> Full(Path);
  llvm::sys::path::make_absolute(Root, Full);
  return std::string(Full);
}

} // namespace asynctidy
