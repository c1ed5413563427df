// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feeds arbitrary text to what looks at compile databases, and at knowledge files with mistakes. Whatever it is, there
// must be entries, or a problem with its cure; each mistake must have a place.
#include "DatabaseHealth.h"
#include "KnowledgeMistakes.h"

#include <cstdlib>

// LLVM itself is not instrumented: it does not keep up what the compiler marks as poison in containers and allocators.
extern "C" const char *__asan_default_options() { return "detect_container_overflow=0:allow_user_poisoning=0"; }

static void require(bool Condition) {
  if (!Condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  const std::string Text(reinterpret_cast<const char *>(Data), Size);
  const asynctidy::DatabaseHealth Health = asynctidy::inspectDatabase(Text, "/no/such/folder/compile_commands.json");
  require(Health.Entries || !Health.isUsable());
  for (const asynctidy::HealthLine &Line : Health.Lines)
    require(!Line.Text.empty() && (Line.How == asynctidy::HealthLine::Level::Ok || !Line.Cure.empty()));
  for (const asynctidy::KnowledgeMistake &Mistake : asynctidy::mistakesIn(Text))
    require(Mistake.Line && Mistake.Column && !Mistake.Reason.empty());
  return 0;
}
