// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of a .clang-tidy file with our checks and options.

#include "ConfigurationSection.h"
#include "CheckOptions.h"
#include "ConfigurationText.h"
#include "Markdown.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

namespace asynctidy {

std::string recommendedChecks() {
  std::string Globs = "async-*";
  for (const CheckInfo &Check : checks())
    if (!Check.Default)
      Globs += ",-" + Check.Name.str();
  return Globs;
}

std::string quoted(StringRef Text) {
  std::string Out = "'";
  for (const char C : Text)
    Out += C == '\'' ? "''" : std::string(1, C);
  return Out + "'";
}

std::string optionLines(const std::vector<OptionInfo> &Options, OptionForm Form, StringRef Indent) {
  std::string Out;
  for (const OptionInfo &Option : Options) {
    if (!Option.Meaning.empty())
      Out += (Indent + "# " + Option.Meaning + "\n").str();
    if (Form == OptionForm::Mapping)
      Out += (Indent + Option.Key + ": " + quoted(Option.Default) + "\n").str();
    else
      Out += (Indent + "- key: " + Option.Key + "\n" + Indent + "  value: " + quoted(Option.Default) + "\n").str();
  }
  return Out;
}

std::string wholeConfiguration(Besides Others) {
  std::string Out = "# async-tidy finds async misuse in C++20 coroutine code. Its checks:\n#\n";
  for (const CheckInfo &Check : checks()) {
    const std::string Text = wrapped(firstSentence(Check.Page), 100, 0);
    Out += "# " + Check.Name.str() + (Check.Default ? "" : " (off)") + "\n";
    for (StringRef Line : llvm::split(Text, '\n'))
      Out += ("#   " + Line + "\n").str();
  }
  Out += "#\n# `async-tidy explain <check>` tells more of one.\n";
  if (Others == Besides::Above)
    Out += "InheritParentConfig: true\n";
  Out += "Checks: " + quoted((Others == Besides::Nothing ? "-*," : "") + recommendedChecks()) + "\n\n";
  Out += "# Each with its default.\nCheckOptions:\n";
  Out += optionLines({knowledgeFilesOption()}, OptionForm::Mapping, "  ");
  for (const CheckInfo &Check : checks())
    Out += "\n" + optionLines(optionsOf(Check), OptionForm::Mapping, "  ");
  return Out;
}

std::string Merge::apply(StringRef Text) const {
  std::string Out;
  size_t At = 0;
  for (const Insertion &I : Insertions) {
    Out += Text.slice(At, I.Offset);
    Out += I.Text;
    At = I.Offset;
  }
  return Out + Text.substr(At).str();
}

} // namespace asynctidy
