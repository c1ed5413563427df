// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises work that nobody looks after.

#include "lost_work/DetachedWork.h"
#include "coroutine/Discard.h"
#include "coroutine/VariableUse.h"
#include "summary/Failure.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// The class that drops exceptions among \p Class and the tokens that it wraps: detached, bind_executor(e, detached).
static const CXXRecordDecl *dropper(const CXXRecordDecl *Class, const Knowledge &Facts, unsigned Depth = 3) {
  if (!Class || Depth == 0)
    return nullptr;
  if (Facts.isMadeBy(*Class, &FunctionFact::LosesErrors))
    return Class;
  if (const auto *Wrapper = dyn_cast<ClassTemplateSpecializationDecl>(Class))
    for (const TemplateArgument &Argument : Wrapper->getTemplateArgs().asArray())
      if (Argument.getKind() == TemplateArgument::Type && Facts.isDescribed(*Wrapper))
        if (const auto *Found = dropper(recordOf(Argument.getAsType()), Facts, Depth - 1))
          return Found;
  return nullptr;
}

/// Whether nothing that \p Variable is used for takes the handle that it holds: it ends with its scope.
static bool isNeverUsed(const VarDecl &Variable, const Body &In, TranslationUnit &Unit) {
  // An author who marks it as unused says that it is meant.
  if (!Variable.hasLocalStorage() || Variable.hasAttr<UnusedAttr>() ||
      Variable.getName().find_first_not_of('_') == llvm::StringRef::npos)
    return false;
  const ValueDecl *Names[] = {&Variable};
  const VariableUses Uses(Names, In, Unit.knowledge());
  return llvm::all_of(Uses.of(Variable), [](const VariableUse &Use) { return Use.What == VariableUse::Kind::Drops; });
}

/// Whether nobody keeps the handle that \p Call gives.
static bool dropsHandle(const Expr *Call, const Body &In, TranslationUnit &Unit, bool VoidIsMeant) {
  const Discard Fate = discardOf(Call, In);
  if (Fate != Discard::No)
    return Fate == Discard::Dropped || !VoidIsMeant;
  const Stmt *P = In.significantParent(Call);
  // spawn(f()).detach();
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(P)) {
    const auto Detach = CallSite::of(In.significantParent(Member));
    const FunctionFact *Fact = Detach ? Unit.knowledge().function(Detach->callee()) : nullptr;
    return Fact && Fact->Detaches;
  }
  if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(P); Declaration && Declaration->isSingleDecl())
    if (const auto *Variable = dyn_cast<VarDecl>(Declaration->getSingleDecl()))
      return isNeverUsed(*Variable, In, Unit);
  return false;
}

std::optional<DetachedWork> detachedWork(const Stmt *S, const Body &In, TranslationUnit &Unit, bool VoidIsMeant) {
  const Knowledge &Facts = Unit.knowledge();
  const auto Site = isa<CallExpr>(S) ? CallSite::of(S) : std::nullopt;
  const FunctionFact *Fact = Site ? Facts.function(Site->callee()) : nullptr;
  if (!Fact || !Fact->Spawns)
    return std::nullopt;
  DetachedWork Found{*Site};
  Found.Advice = Fact->Advice;
  const Discard Fate = discardOf(Site->expression(), In);
  for (const Expr *Argument : Site->arguments())
    if (const auto *Class = dropper(recordOf(Argument->getType()), Facts)) {
      Found.Dropper = Class;
      Found.Token = Argument;
    }
  if (Fact->LosesErrors && Unit.awaitables().isAwaitable(Site->expression()->getType())) {
    Found.HandleDropped = dropsHandle(Site->expression(), In, Unit, VoidIsMeant);
    if (!Found.HandleDropped)
      return std::nullopt;
  } else if ((!Fact->LosesErrors && !Found.Dropper) || (Fate == Discard::ToVoid && VoidIsMeant)) {
    return std::nullopt;
  }
  for (const Expr *Argument : Site->arguments())
    if (Argument != Found.Token && !Found.Body)
      Found.Body = workOf(Argument);
  return Found;
}

bool forgetsExceptions(const Body &In, const Awaitables &Types) {
  if (!In.isCoroutine() || !In.coroutine()->getPromiseDecl() || Types.isAwaitable(In.function().getReturnType()) ||
      llvm::any_of(In.suspensions(), [](const SuspensionPoint &P) { return P.What == SuspensionPoint::Kind::Yield; }))
    return false;
  const CXXRecordDecl *Promise = In.coroutine()->getPromiseDecl()->getType()->getAsCXXRecordDecl();
  if (!Promise || !Promise->hasDefinition() || Types.starts(In.task()) != TypeFact::Start::Eager)
    return false;
  for (const NamedDecl *Member : membersNamed(*Promise, "unhandled_exception"))
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Member)) {
      const auto *Block = dyn_cast_or_null<CompoundStmt>(Method->getBody());
      return Block && Block->body_empty();
    }
  return false;
}

/// The template of the standard library with the name \p Name that \p Class is a specialization of.
static const ClassTemplateSpecializationDecl *ofStd(const CXXRecordDecl *Class, llvm::StringRef Name) {
  const auto *Special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Class);
  return Special && Special->isInStdNamespace() && Special->getName() == Name ? Special : nullptr;
}

/// Whether objects of \p Class keep themselves alive.
static bool keepsItself(const CXXRecordDecl &Class) {
  return Class.hasDefinition() && !Class.forallBases([](const CXXRecordDecl *Base) {
    return ofStd(Base, "enable_shared_from_this") == nullptr;
  });
}

/// Whether objects of \p Class cannot be copied.
static bool isUnique(const CXXRecordDecl *Class, unsigned Depth = 4) {
  Class = Class ? Class->getDefinition() : nullptr;
  if (!Class || Class->isDependentContext() || Depth == 0)
    return false;
  if (Class->hasUserDeclaredCopyConstructor())
    return llvm::none_of(Class->ctors(), [](const CXXConstructorDecl *Constructor) {
      return Constructor->isCopyConstructor() && !Constructor->isDeleted();
    });
  return Class->hasUserDeclaredMoveConstructor() || Class->hasUserDeclaredMoveAssignment() ||
         llvm::any_of(
             Class->bases(),
             [&](const CXXBaseSpecifier &Base) { return isUnique(Base.getType()->getAsCXXRecordDecl(), Depth - 1); }) ||
         llvm::any_of(Class->fields(), [&](const FieldDecl *Field) {
           return isUnique(Field->getType()->getAsCXXRecordDecl(), Depth - 1);
         });
}

/// Whether the end of a value of the type \p T, of which the work has its own, tells others something.
static bool endsSeen(QualType T, const Awaitables &Types) {
  if (T->isLValueReferenceType())
    return false;
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (const auto *Shared = ofStd(Class, "shared_ptr")) {
    Class = Shared->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
    if (Class && keepsItself(*Class))
      return true;
  }
  return Class && !Types.isAwaitable(Class) && isUnique(Class);
}

bool hasSomethingOfItsOwn(const FunctionDecl &F, const Awaitables &Types) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return llvm::any_of(F.parameters(),
                      [&](const ParmVarDecl *Parameter) { return endsSeen(Parameter->getType(), Types); }) ||
         (Method && Method->isInstance() && keepsItself(*Method->getParent())) ||
         (Method && llvm::any_of(Method->getParent()->captures(), [&](const LambdaCapture &Capture) {
            return Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByCopy &&
                   endsSeen(Capture.getCapturedVar()->getType(), Types);
          }));
}

} // namespace asynctidy
