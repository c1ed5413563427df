// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports what is used after a suspension that it need not have survived.

#include "lifetime/StaleReferenceCheck.h"
#include "coroutine/AwaitResult.h"
#include "summary/CallSite.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

StaleReferenceCheck::StaleReferenceCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                         std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      AllowedContainers(*this, "AllowedContainers", {},
                        "members and variables that do not change while a coroutine uses them, as `name -> reason`") {}

/// Whether \p Variable is only kept: nothing is done with it but calling members of it without arguments.
static bool isOnlyKept(const VarDecl &Variable, const Body &In) {
  return llvm::none_of(In.statements(), [&](const Stmt *S) {
    const auto *Reference = dyn_cast<DeclRefExpr>(S);
    if (!Reference || Reference->getDecl() != &Variable)
      return false;
    const auto *Member = dyn_cast_or_null<MemberExpr>(In.parent(Reference));
    const auto *Call = Member ? dyn_cast_or_null<CXXMemberCallExpr>(In.parent(Member)) : nullptr;
    return !Call || Call->getNumArgs() != 0;
  });
}

/// Whether the coroutine has locked something for itself at \p P, so that others have to wait for the container as
/// well: it keeps what it was given by an await and cannot be copied, or it has awaited a member that locks.
static bool isProtected(const SuspensionPoint &P, const Body &In, TranslationUnit &Unit) {
  for (const VarDecl *Alive : In.localsAliveAt(P.Site)) {
    const QualType Type = Alive->getType();
    const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
    const TypeFact *Fact = Class ? Unit.knowledge().typeOrBase(*Class) : nullptr;
    if ((Fact && Fact->AsyncGuard) || Unit.locks().isGuard(Type))
      return true;
    const Expr *Init = Alive->getInit() ? valueSource(Alive->getInit()) : nullptr;
    if (isa_and_nonnull<CoawaitExpr>(Init) && !isa<DecompositionDecl>(Alive) && ownerClass(Type, Unit.knowledge()) &&
        isOnlyKept(*Alive, In))
      return true;
  }
  return llvm::any_of(In.suspensions(), [&](const SuspensionPoint &Before) {
    const auto Site = Before.Site == P.Site ? std::nullopt : CallSite::of(valueSource(Before.Operand));
    return Site && Site->object() && Site->callee().getIdentifier() &&
           llvm::is_contained(Unit.knowledge().terms().Locking, Site->callee().getName()) &&
           In.position(Before.Site) < In.position(P.Site);
  });
}

const ContainerChanges &StaleReferenceCheck::changes(TranslationUnit &Unit) {
  if (Context != &Unit.context()) {
    Context = &Unit.context();
    Changes = std::make_unique<ContainerChanges>(Unit);
  }
  return *Changes;
}

void StaleReferenceCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const Body &In = Unit.body(F);
  if (In.suspensions().empty() || F.isDependentContext() || !Unit.awaitables().isAsynchronous(In))
    return;
  Across Ways(In, Unit.awaitables());
  llvm::SmallPtrSet<const VarDecl *, 4> Said; // A loop says it all; its variable need not repeat it.
  for (const ContainerReference &Of : containerReferencesIn(In, Unit.knowledge())) {
    if (find(*AllowedContainers, *Of.Container) || Said.count(Of.Variable))
      continue;
    for (const Stretch &Held : Of.Held) {
      const auto Use = Ways.firstUse(Held, Of.Uses);
      if (!Use || isProtected(*Use->Across, In, Unit))
        continue;
      if (const ContainerChange *Change = changes(Unit).during(F, *Of.Container, Of.Kind)) {
        reportBorrow(Of, *Use, *Change, Unit);
        if (Of.Loop)
          Said.insert(Of.Loop->getLoopVariable());
        break;
      }
    }
  }
}

void StaleReferenceCheck::reportBorrow(const ContainerReference &Of, const Across::Use &Use,
                                       const ContainerChange &Change, TranslationUnit &Unit) {
  const SourceLocation Loc = Of.location();
  if (Of.Loop) {
    if (auto Finding = report(Loc, "this loop over %0 goes on after a suspension during which it may have changed"))
      *Finding << Of.Container;
    else
      return;
  } else {
    const bool IsPointer = Of.Variable->getType()->isPointerType();
    auto Finding =
        report(Loc, "%select{this binding|%1}0 %select{is an iterator of|refers into|points to what is owned by}2 %3 "
                    "and is used after a suspension during which that may have changed");
    if (!Finding)
      return;
    *Finding << !isa<DecompositionDecl>(Of.Variable) << Of.Variable
             << (Of.Kind == BorrowKind::Iterator               ? 0
                 : Of.Kind == BorrowKind::Pointee && IsPointer ? 2
                                                               : 1)
             << Of.Container;
  }
  note(Use.Across->Site->getBeginLoc(), "the coroutine is suspended here");
  note(Of.Loop ? Loc : Use.Site->getBeginLoc(),
       Of.Loop ? "the next element is looked for here" : "it is used again here");
  const auto *Method = dyn_cast<CXXMethodDecl>(Change.In);
  const bool IsLambda = Method && Method->getParent()->isLambda();
  const TypeFact::Elements Holds = elementsOf(Of.Container->getType(), Unit.knowledge());
  auto Note =
      note(Change.Site->getBeginLoc(),
           "%select{'%1'|a lambda}0 %select{adds an element here, which may move all others|adds an element here, "
           "which may end all iterators|removes an element here|ends all elements here}2");
  Note << IsLambda << Change.In->getNameAsString()
       << (Change.What == ContainerChange::Kind::Removes    ? 2
           : Change.What == ContainerChange::Kind::Replaces ? 3
           : Holds == TypeFact::Elements::Row               ? 0
                                                            : 1);
}

} // namespace asynctidy
