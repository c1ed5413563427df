// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form of option values.

#include "Option.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace asynctidy {

const Named *find(const std::vector<Named> &List, llvm::StringRef Name) {
  for (const Named &Entry : List) {
    llvm::StringRef Pattern = Entry.Pattern;
    if (Pattern.consume_back("*") ? Name.starts_with(Pattern) : Name == Pattern)
      return &Entry;
  }
  return nullptr;
}

bool parseOption(llvm::StringRef Text, bool &Value) {
  if (Text == "true" || Text == "1")
    Value = true;
  else if (Text == "false" || Text == "0")
    Value = false;
  else
    return false;
  return true;
}

bool parseOption(llvm::StringRef Text, unsigned &Value) { return !Text.getAsInteger(10, Value); }

bool parseOption(llvm::StringRef Text, std::string &Value) {
  Value = Text.str();
  return true;
}

bool parseOption(llvm::StringRef Text, std::vector<Named> &Value) {
  llvm::SmallVector<llvm::StringRef> Parts;
  Text.split(Parts, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts) {
    auto [Pattern, Advice] = Part.split("->");
    if (Pattern.trim().empty())
      return false;
    Value.push_back({Pattern.trim().str(), Advice.trim().str()});
  }
  return true;
}

std::string printOption(bool Value) { return Value ? "true" : "false"; }
std::string printOption(unsigned Value) { return std::to_string(Value); }
std::string printOption(const std::string &Value) { return Value; }

std::string printOption(const std::vector<Named> &Value) {
  std::string Text;
  for (const Named &Entry : Value) {
    if (!Text.empty())
      Text += "; ";
    Text += Entry.Pattern;
    if (!Entry.Advice.empty())
      Text += " -> " + Entry.Advice;
  }
  return Text;
}

} // namespace asynctidy
