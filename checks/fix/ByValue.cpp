// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites parameter types.

#include "fix/ByValue.h"
#include "fix/SourceText.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/TypeLoc.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace asynctidy {

/// Whether a copy of a constant \p T is as good as the original.
static bool canBeCopied(QualType T) {
  if (T->isScalarType())
    return true;
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition() || Class->isPolymorphic() || Class->isLambda())
    return false;
  for (const CXXConstructorDecl *Constructor : Class->ctors())
    if (Constructor->isCopyConstructor())
      return !Constructor->isDeleted() && Constructor->getAccess() == AS_public;
  return Class->hasSimpleCopyConstructor() ||
         (Class->needsImplicitCopyConstructor() && !Class->defaultedCopyConstructorIsDeleted());
}

static bool canChange(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (F.isTemplated() || F.isTemplateInstantiation() || F.isOverloadedOperator() || !F.getIdentifier() ||
      (Method && Method->isVirtual()))
    return false;
  // Another overload might no longer differ from it.
  const auto Found = F.getDeclContext()->getRedeclContext()->lookup(F.getDeclName());
  return llvm::all_of(Found, [&](const NamedDecl *D) { return D->getCanonicalDecl() == F.getCanonicalDecl(); });
}

std::vector<FixItHint> takenByValue(const ParmVarDecl &Parameter, TranslationUnit &Unit) {
  const auto *F = dyn_cast<FunctionDecl>(Parameter.getDeclContext());
  const QualType T = Parameter.getType();
  if (!F || !canChange(*F) || !T->isLValueReferenceType() || !T.getNonReferenceType().isConstQualified() ||
      !canBeCopied(T.getNonReferenceType()))
    return {};
  const ASTContext &Context = Unit.context();
  const SourceManager &Sources = Context.getSourceManager();
  std::vector<FixItHint> Edits;
  for (const FunctionDecl *Declaration : F->redecls()) {
    const ParmVarDecl *Written = Declaration->getParamDecl(Parameter.getFunctionScopeIndex());
    const auto Reference = Written->getTypeSourceInfo()
                               ? Written->getTypeSourceInfo()->getTypeLoc().getAs<ReferenceTypeLoc>()
                               : ReferenceTypeLoc();
    if (Reference.isNull() || !isEditable(Written->getSourceRange()) || !isEditable(Reference.getSigilLoc()) ||
        !Sources.isInMainFile(Written->getLocation()))
      return {};
    // `const T &name` and not `T const &name`: a copy need not be constant.
    Token First;
    if (!Lexer::getRawToken(Written->getBeginLoc(), First, Sources, Context.getLangOpts()) &&
        First.is(tok::raw_identifier) && First.getRawIdentifier() == "const") {
      const SourceLocation Type = Reference.getPointeeLoc().getBeginLoc();
      if (Type.isValid() && Sources.isBeforeInTranslationUnit(First.getLocation(), Type))
        Edits.push_back(FixItHint::CreateRemoval(CharSourceRange::getCharRange(First.getLocation(), Type)));
    }
    Edits.push_back(FixItHint::CreateRemoval(Reference.getSigilLoc()));
  }
  return Edits;
}

} // namespace asynctidy
