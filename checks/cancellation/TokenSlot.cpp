// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares calls with what their functions, and the overloads of those, could take.

#include "cancellation/TokenSlot.h"
#include "coroutine/StopToken.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

static bool isFor(const ParmVarDecl &Parameter, const CXXRecordDecl &Token, const Knowledge &Facts) {
  const auto Taken = stopToken(Parameter.getType(), Facts);
  return Taken && Taken->Class->getCanonicalDecl() == Token.getCanonicalDecl();
}

/// The function as it is written: the pattern of an instantiation.
static const FunctionDecl &written(const FunctionDecl &F) {
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  return Pattern ? *Pattern : F;
}

static bool isUsable(const FunctionDecl &F, const Body &In) {
  if (F.isDeleted() || F.isDeprecated() || F.getTrailingRequiresClause() ||
      (F.getDescribedFunctionTemplate() && F.getDescribedFunctionTemplate()->hasAssociatedConstraints()))
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  const auto *Own = dyn_cast<CXXMethodDecl>(&In.function());
  return !Method || F.getAccess() == AS_public || F.getAccess() == AS_none ||
         (Own && Own->getParent()->getCanonicalDecl() == Method->getParent()->getCanonicalDecl());
}

static bool isSameType(const ParmVarDecl &A, const ParmVarDecl &B) {
  return A.getType().getCanonicalType() == B.getType().getCanonicalType();
}

/// The only parameter that \p Longer has and \p F has not, if it is for a token and the others are the same.
static const ParmVarDecl *additional(const FunctionDecl &Longer, const FunctionDecl &F, const CXXRecordDecl &Token,
                                     const Knowledge &Facts) {
  const auto Long = Longer.parameters(), Short = F.parameters();
  if (Long.size() != Short.size() + 1)
    return nullptr;
  size_t At = 0;
  while (At != Short.size() && isSameType(*Long[At], *Short[At]))
    ++At;
  for (size_t I = At; I != Short.size(); ++I)
    if (!isSameType(*Long[I + 1], *Short[I]))
      return nullptr;
  return isFor(*Long[At], Token, Facts) ? Long[At] : nullptr;
}

/// Whether a call of \p A can be one of \p B but for its arguments.
static bool isSameKind(const FunctionDecl &A, const FunctionDecl &B) {
  const auto *First = dyn_cast<CXXMethodDecl>(&A), *Second = dyn_cast<CXXMethodDecl>(&B);
  const FunctionTemplateDecl *One = A.getDescribedFunctionTemplate(), *Other = B.getDescribedFunctionTemplate();
  if (!First != !Second || !One != !Other ||
      (One && One->getTemplateParameters()->size() != Other->getTemplateParameters()->size()))
    return false;
  return !First || (First->isStatic() == Second->isStatic() && First->isConst() == Second->isConst() &&
                    First->getRefQualifier() == Second->getRefQualifier());
}

std::optional<TokenSlot> tokenSlot(const CallSite &Site, const CXXRecordDecl &Token, const Body &In,
                                   const Knowledge &Facts) {
  const FunctionDecl &Callee = Site.callee();
  for (unsigned I = 0; I != Callee.getNumParams() && I != Site.arguments().size(); ++I)
    if (stopToken(Callee.getParamDecl(I)->getType(), Facts)) {
      if (isa<CXXDefaultArgExpr>(Site.arguments()[I]) && isFor(*Callee.getParamDecl(I), Token, Facts))
        return TokenSlot{&Callee, Callee.getParamDecl(I), /*Defaulted=*/true};
      return std::nullopt; // It is given one, or is meant for another.
    }
  if (!Callee.getDeclName().isIdentifier() || Callee.isVariadic() || isa<CXXConstructorDecl>(Callee))
    return std::nullopt;
  const FunctionDecl &Called = written(Callee);
  for (const NamedDecl *Found : Called.getDeclContext()->getRedeclContext()->lookup(Callee.getDeclName())) {
    const FunctionDecl *Overload = Found->getUnderlyingDecl()->getAsFunction();
    if (!Overload || !isUsable(*Overload, In) || !isSameKind(*Overload, Called))
      continue;
    if (const ParmVarDecl *Parameter = additional(*Overload, Called, Token, Facts))
      return TokenSlot{Overload, Parameter, /*Defaulted=*/false};
  }
  return std::nullopt;
}

} // namespace asynctidy
