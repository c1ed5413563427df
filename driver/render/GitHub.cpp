// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Workflow commands of GitHub Actions, which become annotations on the lines of a pull request.
//
// GitHub shows ten errors, ten warnings and ten notices of a step, and fifty annotations of a job; the log has all.

#include "render/Columns.h"
#include "render/Render.h"
#include "render/SourceFiles.h"
#include "render/Weight.h"

namespace asynctidy {
namespace {

/// As the runner reads it: percent signs and line breaks would end or change the text.
std::string escapedText(llvm::StringRef Text) {
  std::string Out;
  for (const char C : validUTF8(Text)) {
    if (C == '%')
      Out += "%25";
    else if (C == '\r')
      Out += "%0D";
    else if (C == '\n')
      Out += "%0A";
    else
      Out += C;
  }
  return Out;
}

/// In a property a comma begins the next one, and colons the text.
std::string escapedProperty(llvm::StringRef Text) {
  std::string Out;
  for (const char C : escapedText(Text)) {
    if (C == ':')
      Out += "%3A";
    else if (C == ',')
      Out += "%2C";
    else
      Out += C;
  }
  return Out;
}

llvm::StringRef command(const Finding &F) { return weightIn(F, "error", "warning", "notice"); }

} // namespace

void renderGitHub(const Report &Said, llvm::raw_ostream &OS) {
  SourceFiles Sources(Said);
  for (const Finding &F : shown(Said)) {
    const llvm::StringRef Line = Sources.exact(F.At, F.Source);
    std::string Message = F.Message;
    for (const Note &N : F.Notes) {
      Message += "\n";
      if (N.At.isValid() && N.At != F.At)
        Message += N.At.File + ":" + std::to_string(N.At.Line) + ": ";
      Message += N.Message;
    }
    OS << "::" << command(F) << " file=" << escapedProperty(F.At.File) << ",line=" << F.At.Line
       << ",endLine=" << F.At.Line << ",col=" << utf16Column(Line, F.At.Column)
       << ",endColumn=" << utf16Column(Line, F.At.Column + F.Length) << ",title=" << escapedProperty(F.Check)
       << "::" << escapedText(Message) << "\n";
  }
  for (const Report::Problem &P : Said.Problems)
    OS << "::error file=" << escapedProperty(P.File) << ",title=async-tidy::" << escapedText(sentence(P)) << "\n";
  if (const std::string Text = incompleteness(Said); !Text.empty())
    OS << "::error title=async-tidy::" << escapedText(Text) << "\n";
}

} // namespace asynctidy
