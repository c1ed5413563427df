// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checkstyle's XML, which many servers and editors read. It knows a line, a column and a message, nothing more.

#include "render/Columns.h"
#include "render/Render.h"
#include "render/SourceFiles.h"
#include "render/Weight.h"
#include "render/Xml.h"
#include <map>

namespace asynctidy {
namespace {

llvm::StringRef severity(const Finding &F) { return weightIn(F, "error", "warning", "info"); }

} // namespace

void renderCheckstyle(const Report &Said, llvm::raw_ostream &OS) {
  SourceFiles Sources(Said);
  std::map<std::string, std::string> Files; // What is within the element of each.
  auto Add = [&](const std::string &File, unsigned Line, unsigned Column, llvm::StringRef Severity,
                 llvm::StringRef Message, llvm::StringRef Check) {
    llvm::raw_string_ostream Out(Files[File]);
    Out << "    <error line=\"" << Line << "\"";
    if (Column)
      Out << " column=\"" << Column << "\"";
    Out << " severity=\"" << Severity << "\" message=\"" << xml(Message) << "\" source=\"async-tidy." << xml(Check)
        << "\"/>\n";
  };
  for (const Finding &F : shown(Said))
    Add(F.At.File, F.At.Line, utf16Column(Sources.exact(F.At, F.Source), F.At.Column), severity(F), F.Message, F.Check);
  for (const Report::Problem &P : Said.Problems)
    Add(P.File, 0, 0, "error", sentence(P), "not-analysed");
  // A file of its own: the format has no other place for what is said of the run.
  if (const std::string Text = incompleteness(Said); !Text.empty())
    Add("async-tidy", 0, 0, "error", Text, "incomplete");

  OS << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  for (const auto &[File, Errors] : Files)
    OS << "  <file name=\"" << xml(File) << "\">\n" << Errors << "  </file>\n";
  OS << "</checkstyle>\n";
}

} // namespace asynctidy
