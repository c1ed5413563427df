// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds callables whose operations nobody gets.

#include "lost_work/IgnoredCallable.h"
#include "lost_work/Harmless.h"
#include "summary/CallSite.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace asynctidy {

/// Whether objects of \p Class call what they were made from and return nothing: std::function<void()> and the like.
static bool returnsNothing(const CXXRecordDecl &Class) {
  const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(&Class);
  if (!Specialization || Specialization->getTemplateArgs().size() == 0)
    return false;
  const TemplateArgument &First = Specialization->getTemplateArgs()[0];
  const auto *Signature =
      First.getKind() == TemplateArgument::Type ? First.getAsType()->getAs<FunctionType>() : nullptr;
  return Signature && Signature->getReturnType()->isVoidType();
}

/// What the reader knows the callee of \p Site as: a function, a class, or an object that is called.
static const NamedDecl *callerAt(const CallSite &Site) {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Site.callee()))
    return Constructor->getParent();
  const VarDecl *Object = Site.callee().isOverloadedOperator() ? namedVariable(Site.object()) : nullptr;
  return Object ? static_cast<const NamedDecl *>(Object) : &Site.callee();
}

std::optional<IgnoredCallable> ignoredCallable(const Stmt *S, const TranslationUnit &Unit,
                                               const PendingOperations &Operations) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S);
      Construct && Construct->getNumArgs() == 1 && !Construct->getConstructor()->isCopyOrMoveConstructor() &&
      returnsNothing(*Construct->getConstructor()->getParent())) {
    if (auto Made = Operations.madeByCalling(Construct->getArg(0)))
      return IgnoredCallable{*Made, nullptr, Construct->getType()};
    return std::nullopt;
  }
  if (!isa<CallExpr, CXXConstructExpr>(S))
    return std::nullopt;
  const auto Site = CallSite::of(S);
  const FunctionFact *Fact = Site ? Unit.knowledge().function(Site->callee()) : nullptr;
  if (!Fact || !Fact->IgnoresResult)
    return std::nullopt;
  for (const Expr *Argument : Site->arguments())
    if (!resultOfCalling(*Argument).isNull()) { // The others are arguments for this one.
      auto Made = Operations.madeByCalling(Argument);
      return Made ? std::optional(IgnoredCallable{*Made, callerAt(*Site), QualType()}) : std::nullopt;
    }
  return std::nullopt;
}

} // namespace asynctidy
