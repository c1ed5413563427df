// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the options, and reports.

#include "verbs/ReportOptions.h"
#include "Interrupt.h"
#include "Output.h"
#include "render/Render.h"
#include "render/Text.h"
#include "verbs/ProjectOptions.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

namespace cl = llvm::cl;

namespace asynctidy {

ReportOptions::ReportOptions(cl::SubCommand &Of)
    : FormatName("format",
                 cl::desc("text (the default), jsonl, sarif, github, gitlab, junit, checkstyle, rdjsonl or html"),
                 cl::value_desc("name"), cl::init("text"), cl::sub(Of)),
      OutputFile("output",
                 cl::desc("write the report to this file; findings as text go to standard output all the same"),
                 cl::value_desc("file"), cl::sub(Of)),
      StoredFile("save", cl::desc("store the report here, for `async-tidy render`"), cl::value_desc("file"),
                 cl::sub(Of)),
      Quiet("quiet", cl::desc("no closing summary"), cl::sub(Of)),
      StrictSuppressions("strict-suppressions", cl::desc("NOLINT comments that suppress nothing count as findings"),
                         cl::sub(Of)),
      NewOnly(Of), Color(Of) {}

bool ReportOptions::verify() const {
  const auto How = formatFromName(FormatName);
  if (!How)
    complain("there is no format " + FormatName, "there are: " + formatNames());
  else if (*How == Format::Text && !OutputFile.empty())
    complain("--output needs a --format other than text", "or send standard output to a file: > " + OutputFile);
  else
    return true;
  return false;
}

ExitCode ReportOptions::report(const std::string &Root,
                               llvm::function_ref<RunResult(llvm::function_ref<void(const Finding &)>)> Make) const {
  const auto Asked = NewOnly.open(Root);
  if (!Asked)
    return Usage;
  const InterruptWatch Watch; // What is known by then is reported.
  const Format How = *formatFromName(FormatName);
  const bool AsText = How == Format::Text || !OutputFile.empty();
  llvm::SmallString<256> Here;
  llvm::sys::fs::real_path(".", Here);
  TextRenderer Text(llvm::outs(), Color.use(), Root, std::string(Here));
  RunResult Done = Make([&](const Finding &Found) {
    if (!AsText || Asked->isActive()) // Which findings are new is known when all are.
      return;
    Text.print(Found);
    llvm::outs().flush();
  });
  Asked->apply(Done);
  const Report &Said = Done.Said;
  if (AsText) {
    for (const Finding &Found : Said.Findings)
      if (Asked->isActive() && !Found.Suppressed)
        Text.print(Found);
    for (const UnusedSuppression &Unused : Said.Unused)
      Text.print(Unused);
    llvm::outs().flush();
  }
  if (How != Format::Text && !write(OutputFile, [&](llvm::raw_ostream &OS) { render(How, Said, OS); }))
    return Incomplete;
  if (!StoredFile.empty() && !write(StoredFile, [&](llvm::raw_ostream &OS) { OS << toJSON(Said) << "\n"; }))
    return Incomplete;
  if (AsText) {
    if (Quiet)
      Text.listProblems(Said);
    else
      Text.summarise(Said);
  } else {
    TextRenderer Aside(llvm::errs(), llvm::errs().has_colors(), Root, std::string(Here));
    if (!Quiet && llvm::sys::Process::StandardErrIsDisplayed())
      Aside.summarise(Said);
    else
      Aside.listProblems(Said);
  }
  const ExitCode Code = exitCodeOf(Said);
  const bool Strict = Code == Clean && StrictSuppressions && !Said.Unused.empty();
  return write("", [](llvm::raw_ostream &) {}) ? (Strict ? Findings : Code) : Incomplete;
}

} // namespace asynctidy
