// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of output formats: their names, and what writes each.

#include "render/Render.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace asynctidy {
namespace {

struct Row {
  Format How;
  llvm::StringLiteral Name;
  void (*Write)(const Report &, llvm::raw_ostream &);
};

constexpr Row Rows[] = {
    {Format::Text, "text", nullptr},
    {Format::JsonLines, "jsonl", renderJsonLines},
    {Format::Sarif, "sarif", renderSarif},
    {Format::GitHub, "github", renderGitHub},
    {Format::GitLab, "gitlab", renderGitLab},
    {Format::JUnit, "junit", renderJUnit},
    {Format::Checkstyle, "checkstyle", renderCheckstyle},
    {Format::RdJsonl, "rdjsonl", renderRdJsonl},
    {Format::Html, "html", renderHtml},
};

} // namespace

std::optional<Format> formatFromName(llvm::StringRef Name) {
  const auto *Found = llvm::find_if(Rows, [&](const Row &R) { return R.Name == Name; });
  if (Found == std::end(Rows))
    return std::nullopt;
  return Found->How;
}

std::string formatNames() {
  return llvm::join(llvm::map_range(Rows, [](const Row &R) { return llvm::StringRef(R.Name); }), ", ");
}

void render(Format How, const Report &Said, llvm::raw_ostream &OS) {
  const auto *Found = llvm::find_if(Rows, [&](const Row &R) { return R.How == How; });
  assert(Found != std::end(Rows) && Found->Write && "text is written by who prints to the terminal");
  Found->Write(Said, OS);
}

} // namespace asynctidy
