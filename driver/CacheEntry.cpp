// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A header with version, length and hash, and behind it the payload as zstd packs it.

#include "CacheEntry.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Error.h"

namespace zstd = llvm::compression::zstd;

namespace asynctidy {

static constexpr llvm::StringLiteral Magic = "async-tidy cache 1\n";
static constexpr size_t HashSize = 16, LengthSize = 8;
/// Beyond this it is none of ours, whatever its hash says.
static constexpr uint64_t MaxLength = 1 << 30;

/// The hash covers the key, so that a file that came under another name is not taken.
static std::array<uint8_t, HashSize> hash(llvm::StringRef Key, llvm::StringRef Rest) {
  llvm::BLAKE3 Hasher;
  Hasher.update(Key);
  Hasher.update(Rest);
  return Hasher.final<HashSize>();
}

std::string encodeEntry(llvm::StringRef Key, llvm::StringRef Payload) {
  llvm::SmallVector<uint8_t, 0> Packed;
  zstd::compress(llvm::arrayRefFromStringRef(Payload), Packed, zstd::BestSpeedCompression);
  char Length[LengthSize];
  llvm::support::endian::write64le(Length, Payload.size());
  std::string Rest(Length, LengthSize);
  Rest += llvm::toStringRef(Packed);
  return Magic.str() + std::string(llvm::toStringRef(hash(Key, Rest))) + Rest;
}

std::optional<std::string> decodeEntry(llvm::StringRef Key, llvm::StringRef Bytes) {
  if (!Bytes.consume_front(Magic) || Bytes.size() < HashSize + LengthSize)
    return std::nullopt;
  const llvm::StringRef Rest = Bytes.drop_front(HashSize);
  if (llvm::toStringRef(hash(Key, Rest)) != Bytes.take_front(HashSize))
    return std::nullopt;
  const uint64_t Length = llvm::support::endian::read64le(Rest.data());
  if (Length > MaxLength)
    return std::nullopt;
  std::string Payload(Length, '\0');
  size_t Got = Length;
  if (auto Problem = zstd::decompress(llvm::arrayRefFromStringRef(Rest.drop_front(LengthSize)),
                                      reinterpret_cast<uint8_t *>(Payload.data()), Got)) {
    llvm::consumeError(std::move(Problem));
    return std::nullopt;
  }
  if (Got != Length)
    return std::nullopt;
  return Payload;
}

// A path has no null byte and is not empty: one ends a path, two a list.
std::string joinLists(llvm::ArrayRef<std::vector<llvm::StringRef>> Lists) {
  std::string Payload;
  for (const std::vector<llvm::StringRef> &List : Lists) {
    for (llvm::StringRef Path : List)
      (Payload += Path) += '\0';
    Payload += '\0';
  }
  return Payload;
}

std::vector<std::vector<llvm::StringRef>> splitLists(llvm::StringRef Payload) {
  std::vector<std::vector<llvm::StringRef>> Lists;
  for (std::vector<llvm::StringRef> List; !Payload.empty();) {
    const auto [Path, Rest] = Payload.split('\0');
    Payload = Rest;
    if (!Path.empty())
      List.push_back(Path);
    else
      Lists.push_back(std::exchange(List, {}));
  }
  return Lists;
}

} // namespace asynctidy
