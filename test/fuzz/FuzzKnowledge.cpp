// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feeds arbitrary text to the loader of knowledge files, as a file of a user. Whatever it says, it must not crash, and
// must either give facts with a name or an error that names file and line.
#include "knowledge/KnowledgeFile.h"

#include "llvm/ADT/StringExtras.h"
#include <cstdlib>

// LLVM itself is not instrumented: it does not keep up what the compiler marks as poison in containers and allocators.
extern "C" const char *__asan_default_options() { return "detect_container_overflow=0:allow_user_poisoning=0"; }

static void require(bool Condition) {
  if (!Condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  auto File = asynctidy::parseKnowledge(llvm::StringRef(reinterpret_cast<const char *>(Data), Size), "fuzz.yaml");
  if (!File) {
    const std::string Reason = llvm::toString(File.takeError());
    llvm::StringRef Rest = Reason;
    require(Rest.consume_front("fuzz.yaml:") && !Rest.empty() && llvm::isDigit(Rest.front()));
    return 0;
  }
  require(!File->Library.empty());
  for (const auto &Fact : File->Functions)
    require(!Fact.Name.empty());
  for (const auto &Fact : File->Types)
    require(!Fact.Name.empty());
  return 0;
}
