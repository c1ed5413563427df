// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy check`, the default verb: analyses a project and reports what it finds.

#include "Output.h"
#include "render/Render.h"
#include "render/Text.h"
#include "verbs/NewOnly.h"
#include "verbs/ProjectOptions.h"
#include "verbs/Verbs.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("check", "find async misuse in a project (the default verb)");
static ProjectOptions Options(Command);
static NewOnlyOptions NewOnly(Command);
static cl::opt<std::string> FormatName("format",
                                       cl::desc("text (the default), jsonl, sarif, github, gitlab, junit, "
                                                "checkstyle, rdjsonl or html"),
                                       cl::value_desc("name"), cl::init("text"), cl::sub(Command));
static cl::opt<std::string>
    OutputFile("output", cl::desc("write the report to this file; findings as text go to standard output all the same"),
               cl::value_desc("file"), cl::sub(Command));
static cl::opt<std::string> StoredFile("save", cl::desc("store the report here, for `async-tidy render`"),
                                       cl::value_desc("file"), cl::sub(Command));
static cl::opt<bool> StrictSuppressions("strict-suppressions",
                                        cl::desc("NOLINT comments that suppress nothing count as findings"),
                                        cl::sub(Command));
static cl::opt<bool> Quiet("quiet", cl::desc("no closing summary"), cl::sub(Command));

static ExitCode check() {
  const auto How = formatFromName(FormatName);
  if (!How)
    return complain("there is no format " + FormatName, "there are: " + formatNames());
  if (*How == Format::Text && !OutputFile.empty())
    return complain("--output needs a --format other than text", "or send standard output to a file: > " + OutputFile);
  const auto Of = Options.open();
  if (!Of)
    return Usage;
  const auto Asked = NewOnly.open(Of->Files.Root);
  if (!Asked)
    return Usage;

  const bool AsText = *How == Format::Text || !OutputFile.empty();
  TextRenderer Text(llvm::outs(), Options.useColor(), Of->Files.Root, Of->Here);
  // Which findings are new is known when all are.
  RunResult Done = run(*Of, [&](const Finding &Found) {
    if (!AsText || Asked->isActive())
      return;
    Text.print(Found);
    llvm::outs().flush();
  });
  Asked->apply(Done, *Of);
  const Report &Said = Done.Said;
  if (AsText) {
    for (const Finding &Found : Said.Findings)
      if (Asked->isActive() && !Found.Suppressed)
        Text.print(Found);
    for (const UnusedSuppression &Unused : Said.Unused)
      Text.print(Unused);
    llvm::outs().flush();
  }
  if (*How != Format::Text && !write(OutputFile, [&](llvm::raw_ostream &OS) { render(*How, Said, OS); }))
    return Incomplete;
  if (!StoredFile.empty() && !write(StoredFile, [&](llvm::raw_ostream &OS) { OS << toJSON(Said) << "\n"; }))
    return Incomplete;
  if (!Quiet && AsText)
    Text.summarise(Said);
  else if (!Quiet)
    TextRenderer(llvm::errs(), llvm::errs().has_colors(), Of->Files.Root, Of->Here).summarise(Said);
  const ExitCode Code = exitCodeOf(Said);
  const bool Strict = Code == Clean && StrictSuppressions && !Said.Unused.empty();
  return write("", [](llvm::raw_ostream &) {}) ? (Strict ? Findings : Code) : Incomplete;
}

Verb checkVerb() { return {&Command, check}; }

} // namespace asynctidy
