// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparing declarations with the names of knowledge files.
#include "knowledge/QualifiedName.h"
#include "knowledge/Knowledge.h"

#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/OperatorKinds.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using namespace llvm;

namespace asynctidy {

StringRef ownName(const NamedDecl &D, SmallVectorImpl<char> &Storage) {
  DeclarationName Name = D.getDeclName();
  switch (Name.getNameKind()) {
  case DeclarationName::Identifier:
    return Name.getAsIdentifierInfo() ? Name.getAsIdentifierInfo()->getName() : StringRef();
  case DeclarationName::CXXConstructorName:
  case DeclarationName::CXXDestructorName: {
    const auto *Record = dyn_cast<CXXRecordDecl>(D.getDeclContext());
    if (!Record || !Record->getIdentifier())
      return {};
    if (Name.getNameKind() == DeclarationName::CXXConstructorName)
      return Record->getName();
    return ("~" + Record->getName()).toStringRef(Storage);
  }
  case DeclarationName::CXXOperatorName: {
    StringRef Spelling = getOperatorSpelling(Name.getCXXOverloadedOperator());
    // "operator new", but "operator()".
    return ((isAlpha(Spelling.front()) ? "operator " : "operator") + Spelling).toStringRef(Storage);
  }
  default:
    return {};
  }
}

bool isScope(const DeclContext *Context, StringRef Scope) {
  for (; Context; Context = Context->getParent()) {
    if (isa<TranslationUnitDecl>(Context))
      return Scope.empty();
    if (Context->isTransparentContext())
      continue;
    const auto *Named = dyn_cast<NamedDecl>(Context);
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(Context)) {
      if (Namespace->isInline() || Namespace->isAnonymousNamespace())
        continue;
    } else if (!isa<TagDecl>(Context)) {
      return false;
    }
    if (Scope.empty() || !Named->getIdentifier() || !Scope.consume_back(Named->getName()))
      return false;
    if (!Scope.empty() && !Scope.consume_back("::"))
      return false;
  }
  return false;
}

std::string qualifiedName(const NamedDecl &D) {
  auto NameOf = [](const NamedDecl &Part) {
    SmallString<64> Storage;
    StringRef Own = ownName(Part, Storage);
    if (!Own.empty())
      return Own.str();
    return isa<TagDecl>(Part) ? "(anonymous)" : Part.getNameAsString();
  };
  std::string Name = NameOf(D);
  for (const DeclContext *Context = D.getDeclContext(); Context; Context = Context->getParent()) {
    const auto *Namespace = dyn_cast<NamespaceDecl>(Context);
    if (Context->isTransparentContext() || (Namespace && (Namespace->isInline() || Namespace->isAnonymousNamespace())))
      continue;
    if (Namespace || isa<TagDecl, FunctionDecl>(Context))
      Name = NameOf(*cast<NamedDecl>(Context)) + "::" + Name;
  }
  return Name;
}

std::pair<StringRef, StringRef> splitQualifiedName(StringRef Name) {
  size_t At = Name.rfind("::");
  if (At == StringRef::npos)
    return {"", Name};
  return {Name.take_front(At), Name.drop_front(At + 2)};
}

bool isQualifiedName(StringRef Name) {
  auto IsIdentifier = [](StringRef Part) {
    return !Part.empty() && !isDigit(Part.front()) && all_of(Part, [](char C) { return isAlnum(C) || C == '_'; });
  };
  auto [Scope, Own] = splitQualifiedName(Name);
  while (!Scope.empty()) {
    auto [Outer, Part] = splitQualifiedName(Scope);
    if (!IsIdentifier(Part))
      return false;
    Scope = Outer;
  }
  if (Name.starts_with("::"))
    return false;
  if (Own.consume_front("~"))
    return IsIdentifier(Own);
  if (Own.consume_front("operator") && !Own.empty() && !isAlnum(Own.front()) && Own.front() != '_')
    return Own.front() == ' ' ? IsIdentifier(Own.drop_front()) || Own == " new[]" || Own == " delete[]"
                              : all_of(Own, [](char C) { return isPrint(C) && !isAlnum(C) && C != ' '; });
  return IsIdentifier(splitQualifiedName(Name).second);
}

bool hasQualifiedName(const NamedDecl &D, StringRef Qualified) {
  SmallString<64> Storage;
  auto [Scope, Own] = splitQualifiedName(Qualified);
  return !Own.empty() && ownName(D, Storage) == Own && isScope(D.getDeclContext(), Scope);
}

} // namespace asynctidy
