// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the files of the cache look like: whatever has happened to one, it is read as what was written or not at all.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace asynctidy {

/// The bytes of an entry that holds \p Payload under \p Key.
std::string encodeEntry(llvm::StringRef Key, llvm::StringRef Payload);
/// What \p Bytes hold; nothing if they are not, bit for bit, an entry that was written under \p Key by this version.
std::optional<std::string> decodeEntry(llvm::StringRef Key, llvm::StringRef Bytes);

/// Lists of paths as a payload, and back.
std::string joinLists(llvm::ArrayRef<std::vector<llvm::StringRef>> Lists);
/// The parts point into \p Payload.
std::vector<std::vector<llvm::StringRef>> splitLists(llvm::StringRef Payload);

} // namespace asynctidy
