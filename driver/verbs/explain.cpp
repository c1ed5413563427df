// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy explain CHECK`: the page of a check.

#include "CheckInfo.h"
#include "Markdown.h"
#include "MarkdownInline.h"
#include "Spelling.h"
#include "verbs/Verbs.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("explain", "tell what a check finds, why it hurts and what to do");
static cl::list<std::string> Names(cl::Positional, cl::desc("<check>"), cl::sub(Command));
static cl::opt<bool> Raw("markdown", cl::desc("print the page as it is written"), cl::sub(Command));

static ExitCode run() {
  if (Names.size() != 1)
    return complain(Names.empty() ? "explain needs the name of a check" : "explain takes one check",
                    "async-tidy explain async-blocking-call; `async-tidy list` names them all");
  llvm::StringRef Name = Names.front();
  const CheckInfo *Check = findCheck(Name);
  if (!Check)
    Check = findCheck("async-" + Name.str());
  if (!Check) {
    std::vector<llvm::StringRef> Known;
    for (const CheckInfo &Each : checks())
      Known.push_back(Name.starts_with("async-") ? Each.Name : Each.Name.drop_front(llvm::StringRef("async-").size()));
    return complain("there is no check called " + harmless(Name),
                    didYouMean(Name, Known, "`async-tidy list` names them all"));
  }
  if (Raw)
    llvm::outs() << Check->Page;
  else
    llvm::outs() << renderMarkdown(Check->Page, TextStyle::ofStandardOutput(), "docs/checks");
  return Clean;
}

Verb explainVerb() { return {&Command, run}; }

} // namespace asynctidy
