// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks clang-tidy for the options of a check, and the page of the check for what they mean.

#include "CheckOptions.h"
#include "MarkdownInline.h"
#include "clang-tidy/ClangTidy.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using llvm::StringRef;

namespace asynctidy {

/// Where in the table of options \p Row stands, and what its last cell says.
static std::pair<size_t, std::string> meaningOf(StringRef Page, StringRef Option) {
  const std::string Begin = "| `" + Option.str() + "` |";
  const size_t At = Page.find("\n" + Begin);
  if (At == StringRef::npos)
    return {At, ""};
  StringRef Row = Page.substr(At + 1).split('\n').first.rtrim();
  Row.consume_back("|");
  std::string Text;
  for (const Word &W : parseInline(Row.rsplit(" | ").second, {80, true, false}, "docs/checks")) {
    Text += Text.empty() ? "" : " ";
    for (const Piece &P : W)
      Text += P.Text;
  }
  return {At, Text};
}

std::vector<OptionInfo> optionsOf(const CheckInfo &Check) {
  clang::tidy::ClangTidyOptions Only = clang::tidy::ClangTidyOptions::getDefaults();
  Only.Checks = "-*," + Check.Name.str();
  const auto All = clang::tidy::getCheckOptions(Only, /*AllowEnablingAnalyzerAlphaCheckers=*/false,
                                                /*ExperimentalCustomChecks=*/false);
  std::vector<std::pair<size_t, OptionInfo>> Found;
  for (const auto &Entry : All) {
    StringRef Name = Entry.getKey();
    if (!Name.consume_front((Check.Name + ".").str()))
      continue;
    auto [Place, Meaning] = meaningOf(Check.Page, Name);
    Found.push_back({Place, {Entry.getKey().str(), Entry.getValue().Value, std::move(Meaning)}});
  }
  llvm::sort(Found, [](const auto &A, const auto &B) {
    return std::pair<size_t, StringRef>(A.first, A.second.Key) < std::pair<size_t, StringRef>(B.first, B.second.Key);
  });
  std::vector<OptionInfo> Result;
  for (auto &[Place, Info] : Found)
    Result.push_back(std::move(Info));
  return Result;
}

OptionInfo knowledgeFilesOption() {
  return {"async.KnowledgeFiles", "", "knowledge files of your own, separated by semicolons: docs/knowledge.md"};
}

} // namespace asynctidy
