// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form of option values.

#include "Option.h"
#include "knowledge/QualifiedName.h"
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

const Named *find(const std::vector<Named> &List, const clang::NamedDecl &D) {
  return List.empty() ? nullptr : find(List, qualifiedName(D));
}

Complaint parseOption(llvm::StringRef Text, bool &Value) {
  if (Text == "true" || Text == "1")
    Value = true;
  else if (Text == "false" || Text == "0")
    Value = false;
  else
    return "'" + Text.str() + "' is neither true nor false";
  return std::nullopt;
}

Complaint parseOption(llvm::StringRef Text, unsigned &Value) {
  if (Text.getAsInteger(10, Value))
    return "'" + Text.str() + "' is not a number";
  return std::nullopt;
}

Complaint parseOption(llvm::StringRef Text, std::string &Value) {
  Value = Text.str();
  return std::nullopt;
}

/// Whether \p Pattern has a `*` that neither ends it nor belongs to the name of an operator.
static bool hasStarWithin(llvm::StringRef Pattern) {
  auto [Scope, Own] = splitQualifiedName(Pattern);
  const bool IsOperator =
      Own.consume_front("operator") && !Own.empty() && !llvm::isAlnum(Own.front()) && Own.front() != '_';
  return Scope.contains('*') || (!IsOperator && Own.drop_back(Own.empty() ? 0 : 1).contains('*'));
}

Complaint parseOption(llvm::StringRef Text, std::vector<Named> &Value) {
  llvm::SmallVector<llvm::StringRef> Parts;
  Text.split(Parts, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts) {
    auto [Pattern, Advice] = Part.split("->");
    if (Part.trim().empty())
      continue;
    if (Pattern.trim().empty())
      return "there is no name before '" + Part.trim().str() + "'";
    if (hasStarWithin(Pattern.trim()))
      return "'" + Pattern.trim().str() + "' has a '*' that is not at its end";
    Value.push_back({Pattern.trim().str(), Advice.trim().str()});
  }
  return std::nullopt;
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
