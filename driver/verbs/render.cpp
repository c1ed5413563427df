// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy render`: a stored report in another format.

#include "render/Render.h"
#include "Output.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace cl = llvm::cl;
namespace json = llvm::json;

namespace asynctidy {

static cl::SubCommand Command("render", "print a stored report in another format");
static cl::opt<std::string> Stored(cl::Positional, cl::desc("REPORT.json"), cl::sub(Command));
static cl::opt<std::string> FormatName("format", cl::value_desc("name"), cl::sub(Command),
                                       cl::desc("jsonl, sarif, github, gitlab, junit, checkstyle, rdjsonl or html"));
static cl::opt<std::string> Output("output", cl::value_desc("file"), cl::sub(Command),
                                   cl::desc("where to write; without it: standard output"));

/// Numbers that stand for something there is none of, which reading does not look at.
static bool isKnown(const Report &Said) {
  return llvm::all_of(Said.Problems,
                      [](const Report::Problem &P) { return P.How <= FileResult::Outcome::Misconfigured; }) &&
         llvm::all_of(Said.Findings, [](const Finding &F) { return F.Shown <= Finding::Level::Error; });
}

static ExitCode run() {
  if (Stored.empty())
    return complain("render: no report is named", "async-tidy render REPORT.json --format=NAME [--output=FILE]");
  const std::optional<Format> How = formatFromName(FormatName);
  if (!How || *How == Format::Text) {
    std::string Names = formatNames();
    return complain(FormatName.empty() ? "render: no format is named"
                                       : "render: there is no format '" + FormatName + "' for a stored report",
                    "choose one with --format: " + llvm::StringRef(Names).split(", ").second);
  }
  auto Text = llvm::MemoryBuffer::getFileOrSTDIN(Stored, /*IsText=*/true);
  if (!Text)
    return complain("render: cannot read " + Stored + ": " + Text.getError().message(),
                    "name a report that was written as JSON, or - for standard input");
  constexpr llvm::StringLiteral Cure = "name a report that async-tidy of this version has written";
  auto Parsed = json::parse((*Text)->getBuffer());
  if (!Parsed)
    return complain("render: " + Stored + " is no JSON: " + llvm::toString(Parsed.takeError()), Cure);
  Report Said;
  json::Path::Root Root("report");
  if (!fromJSON(*Parsed, Said, Root))
    return complain("render: " + Stored + " is no report: " + llvm::toString(Root.getError()), Cure);
  if (!isKnown(Said))
    return complain("render: " + Stored + " is no report: a level or an outcome has a number that stands for nothing",
                    Cure);

  return write(Output, [&](llvm::raw_ostream &OS) { render(*How, Said, OS); }) ? Clean : Incomplete;
}

Verb renderVerb() { return {&Command, run}; }

} // namespace asynctidy
