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

/// The object of a class such as std::function<void()> that \p S makes from a callable, or gives one: by a conversion,
/// an assignment, or in place (`callbacks.emplace_back(f)`).
struct Wrapping {
  const Expr *Callable;
  QualType Wrapper;
};

static std::optional<Wrapping> wrappingAt(const Stmt *S, const Knowledge &Facts) {
  auto Wraps = [](const CXXMethodDecl &Method) {
    return !Method.isCopyAssignmentOperator() && !Method.isMoveAssignmentOperator() &&
           returnsNothing(*Method.getParent());
  };
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
    if (Construct->getNumArgs() == 1 && !Construct->getConstructor()->isCopyOrMoveConstructor() &&
        Wraps(*Construct->getConstructor()))
      return Wrapping{Construct->getArg(0), Construct->getType()};
    return std::nullopt;
  }
  if (const auto *Assignment = dyn_cast<CXXOperatorCallExpr>(S)) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Assignment->getDirectCallee());
    if (Method && Assignment->getOperator() == OO_Equal && Assignment->getNumArgs() == 2 && Wraps(*Method))
      return Wrapping{Assignment->getArg(1), Assignment->getArg(0)->getType()};
    return std::nullopt;
  }
  const auto *Call = dyn_cast<CallExpr>(S);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const FunctionFact *Fact = Callee && Call->getNumArgs() == 1 ? Facts.function(*Callee) : nullptr;
  if (!Fact || !Fact->Constructs)
    return std::nullopt;
  // What is made is the first template argument of the function (make_unique) or of its class (vector).
  const auto *Class = dyn_cast<ClassTemplateSpecializationDecl>(Callee->getDeclContext());
  const TemplateArgumentList *Arguments = Class ? &Class->getTemplateArgs() : Callee->getTemplateSpecializationArgs();
  if (!Arguments || Arguments->size() == 0 || Arguments->get(0).getKind() != TemplateArgument::Type)
    return std::nullopt;
  const QualType Made = Arguments->get(0).getAsType();
  const CXXRecordDecl *Wrapper = Made->getAsCXXRecordDecl();
  return Wrapper && returnsNothing(*Wrapper) ? std::optional(Wrapping{Call->getArg(0), Made}) : std::nullopt;
}

std::optional<IgnoredCallable> ignoredCallable(const Stmt *S, const TranslationUnit &Unit,
                                               const PendingOperations &Operations) {
  if (const auto Found = wrappingAt(S, Unit.knowledge())) {
    auto Made = Operations.madeByCalling(Found->Callable);
    return Made ? std::optional(IgnoredCallable{*Made, nullptr, Found->Wrapper}) : std::nullopt;
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
