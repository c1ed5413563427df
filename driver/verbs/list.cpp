// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy list`: all checks, by the folder they are in.

#include "CheckInfo.h"
#include "Markdown.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("list", "list all checks");
static cl::opt<bool> Json("json", cl::desc("as JSON"), cl::sub(Command));

static llvm::StringRef inWords(CheckInfo::Fix F) {
  constexpr llvm::StringLiteral Words[] = {"no fix", "safe fix", "fix to choose", "safe fix or one to choose"};
  return Words[static_cast<unsigned>(F)];
}

static void printJson() {
  llvm::json::OStream Out(llvm::outs(), 2);
  Out.array([&] {
    for (const CheckInfo &Check : checks())
      Out.object([&] {
        Out.attribute("name", Check.Name);
        Out.attribute("folder", Check.Folder);
        Out.attribute("severity", name(Check.Hurts));
        Out.attribute("default", Check.Default);
        Out.attribute("fix", name(Check.Fixes));
        Out.attribute("since", Check.Since);
        Out.attribute("description", firstSentence(Check.Page));
      });
  });
  llvm::outs() << '\n';
}

static ExitCode run() {
  if (Json) {
    printJson();
    return Clean;
  }
  const TextStyle Style = TextStyle::ofStandardOutput();
  const char *Bold = Style.Color ? "\x1b[1m" : "", *Reset = Style.Color ? "\x1b[0m" : "";
  // Folders in the order in which their first check is listed.
  std::vector<llvm::StringRef> Folders;
  for (const CheckInfo &Check : checks())
    if (!llvm::is_contained(Folders, Check.Folder))
      Folders.push_back(Check.Folder);
  for (llvm::StringRef Folder : Folders) {
    llvm::outs() << (Folder == Folders.front() ? "" : "\n") << Bold << llvm::join(llvm::split(Folder, '_'), " ")
                 << Reset << '\n';
    for (const CheckInfo &Check : checks()) {
      if (Check.Folder != Folder)
        continue;
      llvm::outs() << llvm::formatv("  {0}{1}{2}: {3}, {4}, {5}, since {6}\n", Bold, Check.Name, Reset,
                                    name(Check.Hurts), Check.Default ? "on" : "off", inWords(Check.Fixes), Check.Since);
      llvm::outs() << "    " << wrapped(firstSentence(Check.Page), Style.Width, 4) << '\n';
    }
  }
  llvm::outs() << "\n`async-tidy explain <check>` tells more of one.\n";
  return Clean;
}

Verb listVerb() { return {&Command, run}; }

} // namespace asynctidy
