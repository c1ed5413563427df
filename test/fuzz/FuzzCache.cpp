// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feeds arbitrary bytes to what reads entries of the cache: as a file, and as the content of a file whose hash is
// right. Nothing must crash, and nothing must be read that was not written.
#include "CacheEntry.h"

#include <cstdlib>

// LLVM itself is not instrumented: it does not keep up what the compiler marks as poison in containers and allocators.
extern "C" const char *__asan_default_options() { return "detect_container_overflow=0:allow_user_poisoning=0"; }

static void require(bool Condition) {
  if (!Condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  using namespace asynctidy;
  const llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  // A right hash cannot be guessed, but the corpus has right entries.
  if (const auto Payload = decodeEntry("key", Bytes))
    require(encodeEntry("key", *Payload) == Bytes);

  std::string Entry = encodeEntry("key", Bytes);
  require(decodeEntry("key", Entry) == Bytes.str());
  require(!decodeEntry("kez", Entry));
  for (size_t At = 0; At < Entry.size(); At += 1 + Entry.size() / 16) {
    require(!decodeEntry("key", llvm::StringRef(Entry).take_front(At)));
    Entry[At] ^= 1;
    require(!decodeEntry("key", Entry));
    Entry[At] ^= 1;
  }

  const auto Lists = splitLists(Bytes);
  for (const auto &List : Lists)
    for (llvm::StringRef Path : List)
      require(!Path.empty() && !Path.contains('\0'));
  require(splitLists(joinLists(Lists)) == Lists);
  return 0;
}
