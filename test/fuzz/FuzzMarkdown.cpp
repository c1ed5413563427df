// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feeds arbitrary text to the renderer of pages. Whatever it is, the renderer must end, must send nothing to the
// terminal that is not its own, and must keep to the width where words allow it.
#include "Markdown.h"
#include "MarkdownInline.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/JSON.h"
#include <cstdlib>

// LLVM itself is not instrumented: it does not keep up what the compiler marks as poison in containers and allocators.
extern "C" const char *__asan_default_options() { return "detect_container_overflow=0:allow_user_poisoning=0"; }

static void require(bool Condition) {
  if (!Condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (!Size)
    return 0;
  const unsigned Width = 20 + Data[0] % 81;
  const llvm::StringRef Page(reinterpret_cast<const char *>(Data) + 1, Size - 1);
  const std::string Plain = asynctidy::renderMarkdown(Page, {Width, false, false}, "docs");
  require(Plain.find('\x1b') == std::string::npos && llvm::json::isUTF8(Plain));
  llvm::SmallVector<llvm::StringRef> Lines;
  llvm::StringRef(Plain).split(Lines, '\n');
  if (!Page.contains("```"))
    for (llvm::StringRef Line : Lines) {
      const llvm::StringRef Text = Line.ltrim(" -0123456789.)");
      require(asynctidy::columns(Line) <= Width || !Text.trim().contains(' ') || Text.contains("  "));
    }
  asynctidy::renderMarkdown(Page, {Width, true, true});
  require(asynctidy::firstSentence(Page).find('\n') == std::string::npos);
  return 0;
}
