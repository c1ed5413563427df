// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Collects the changes of containers, and judges which of them matter.

#include "lifetime/ContainerChanges.h"
#include "coroutine/TaskFate.h"
#include "summary/References.h"
#include "clang/AST/ASTLambda.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

TypeFact::Elements elementsOf(QualType T, const Knowledge &Facts) {
  const CXXRecordDecl *Record = T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
  const TypeFact *Fact = Record ? Facts.typeOrBase(*Record) : nullptr;
  return Fact ? Fact->Holds : TypeFact::Elements::None;
}

/// What \p Function returns, if it does nothing but that.
static const Expr *onlyAnswer(const FunctionDecl *Function) {
  const auto *Block = Function ? dyn_cast_or_null<CompoundStmt>(Function->getBody()) : nullptr;
  const auto *Return = Block && Block->size() == 1 ? dyn_cast<ReturnStmt>(Block->body_front()) : nullptr;
  return Return && Function->getReturnType()->isReferenceType() ? Return->getRetValue() : nullptr;
}

/// The object that the member \p Member is part of is no local variable.
static bool isOfSharedObject(const MemberExpr &Member) {
  const Expr *Base = Member.getBase()->IgnoreParenImpCasts();
  if (Member.isArrow() || isa<CXXThisExpr>(Base))
    return true;
  if (const auto *Outer = dyn_cast<MemberExpr>(Base))
    return isOfSharedObject(*Outer);
  if (const auto *Reference = dyn_cast<DeclRefExpr>(Base)) {
    const auto *Variable = dyn_cast<VarDecl>(Reference->getDecl());
    return Variable && (Variable->getType()->isReferenceType() || !Variable->hasLocalStorage());
  }
  return isa<UnaryOperator, CXXOperatorCallExpr>(Base); // (*p).member
}

const ValueDecl *sharedContainer(const Expr *E, const Knowledge &Facts) {
  constexpr unsigned MaxDepth = 8;
  for (unsigned Depth = 0; E && Depth != MaxDepth; ++Depth) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
      E = Temporary->getSubExpr();
    } else if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) {
      E = Cleanups->getSubExpr();
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      const bool Is = isa<FieldDecl>(Member->getMemberDecl()) && isOfSharedObject(*Member) &&
                      elementsOf(Member->getType(), Facts) != TypeFact::Elements::None;
      return Is ? Member->getMemberDecl() : nullptr;
    } else if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
      const auto *Variable = dyn_cast<VarDecl>(Reference->getDecl());
      if (!Variable || elementsOf(Variable->getType(), Facts) == TypeFact::Elements::None)
        return nullptr;
      if (!Variable->hasLocalStorage())
        return Variable->getType()->isReferenceType() ? nullptr : Variable;
      E = Variable->getType()->isReferenceType() ? Variable->getInit() : nullptr;
    } else if (const auto *Pipe = dyn_cast<CXXOperatorCallExpr>(E); Pipe && Pipe->getOperator() == OO_Pipe) {
      E = Pipe->getArg(0);
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      const bool Renames = Callee && Callee->isInStdNamespace() && Call->getNumArgs() == 1 &&
                           Callee->getReturnType()->isLValueReferenceType() &&
                           elementsOf(Call->getType(), Facts) != TypeFact::Elements::None;
      E = Renames ? Call->getArg(0) : onlyAnswer(Callee);
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

static bool isNamed(const FunctionDecl &F, llvm::ArrayRef<std::string> Terms) {
  return F.getIdentifier() && llvm::is_contained(Terms, F.getName());
}

void ContainerChanges::read(const FunctionDecl &F) {
  using Kind = ContainerChange::Kind;
  const Knowledge &Facts = Unit.knowledge();
  const StandardTerms &Terms = Facts.terms();
  for (const Stmt *S : Unit.body(F).statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    if (!Callee)
      continue;
    const Expr *Object = nullptr;
    std::optional<Kind> What;
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call)) {
      Object = Operator->getArg(0);
      const TypeFact::Elements Holds = elementsOf(Object->getType(), Facts);
      if (Operator->getOperator() == OO_Equal)
        What = Kind::Replaces;
      else if (Operator->getOperator() == OO_PlusEqual)
        What = Kind::Inserts;
      else if (const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
               Operator->getOperator() == OO_Subscript && Method && !Method->isConst() &&
               membersNamed(*Method->getParent(), "key_type").size() == 1 && Holds != TypeFact::Elements::None)
        What = Kind::Inserts; // map[key] makes what is not there.
    } else {
      const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
      Object = Member ? Member->getImplicitObjectArgument() : Call->getNumArgs() ? Call->getArg(0) : nullptr;
      if (isNamed(*Callee, Terms.Removing))
        What = Kind::Removes;
      else if (isNamed(*Callee, Terms.Replacing) || (!Member && Call->isCallToStdMove()))
        What = Kind::Replaces;
      else if (Member && isNamed(*Callee, Terms.Inserting))
        What = Kind::Inserts;
    }
    if (!What || !Object || elementsOf(Object->getType(), Facts) == TypeFact::Elements::None)
      continue;
    // std::erase(v, x) changes v; a free function of another library that is called so may take it as constant.
    if (!isa<CXXMemberCallExpr, CXXOperatorCallExpr>(Call) && !Callee->isInStdNamespace())
      continue;
    if (const ValueDecl *Container = sharedContainer(Object, Facts))
      Changes[Container].push_back({*What, &F, Call});
  }
}

ContainerChanges::ContainerChanges(TranslationUnit &Unit) : Unit(Unit) {
  for (const FunctionDecl *F : Unit.references().functions())
    if (!F->isDependentContext())
      read(*F);
}

/// The function that \p F is part of as a lambda; \p F itself if it is none.
static const FunctionDecl *written(const FunctionDecl *F) {
  while (isLambdaCallOperator(F)) {
    const DeclContext *Around = cast<CXXMethodDecl>(F)->getParent()->getDeclContext();
    while (Around && !isa<FunctionDecl>(Around))
      Around = Around->getParent();
    if (!Around)
      return F;
    F = cast<FunctionDecl>(Around);
  }
  return F;
}

static bool isOnceOnly(const FunctionDecl &F) { return isa<CXXConstructorDecl, CXXDestructorDecl>(F); }

/// Whether \p Change can happen while \p Borrower sleeps.
bool ContainerChanges::canHappen(const ContainerChange &Change, const FunctionDecl &Borrower) const {
  const FunctionDecl &F = *Change.In;
  if (commonDeclaration(F) == commonDeclaration(Borrower) || isOnceOnly(F) || F.isMain())
    return false;
  if (isLambdaCallOperator(&F))
    return true; // It runs later, or it would be no lambda.
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || Method->getAccess() != AS_private || Method->isVirtual())
    return true;
  // Only what is visible calls a private function.
  return llvm::any_of(Unit.references().of(F), [&](const References::Use &Use) {
    if (isOnceOnly(*written(Use.In)) && written(Use.In) == Use.In)
      return false;
    if (commonDeclaration(*Use.In) != commonDeclaration(Borrower))
      return true;
    const Body &In = Unit.body(*Use.In);
    return llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) { return In.isWithin(Use.Site, P.Site); });
  });
}

/// Whether a coroutine makes \p Change, or one of the class that has \p Container calls who does: then it goes on while
/// others sleep. A coroutine elsewhere may be what sets everything up.
bool ContainerChanges::isDoneByCoroutine(const ContainerChange &Change, const FunctionDecl &Borrower,
                                         const ValueDecl &Container) const {
  auto IsCoroutine = [&](const FunctionDecl &F) {
    const FunctionDecl *Whole = written(&F);
    return commonDeclaration(F) != commonDeclaration(Borrower) && !Whole->isMain() &&
           (Unit.body(F).isCoroutine() ||
            (Whole != &F && Whole->doesThisDeclarationHaveABody() && Unit.body(*Whole).isCoroutine()));
  };
  return IsCoroutine(*Change.In) || llvm::any_of(Unit.references().of(*Change.In), [&](const References::Use &Use) {
           const auto *Caller = dyn_cast<CXXMethodDecl>(written(Use.In));
           return Caller && Caller->getParent() == Container.getDeclContext() && IsCoroutine(*Use.In);
         });
}

/// The call that \p Use is in, if its callee is known.
static std::optional<CallSite> callOf(const References::Use &Use, TranslationUnit &Unit) {
  const auto *Call = Unit.body(*Use.In).enclosing<CallExpr>(Use.Site);
  return Call ? CallSite::of(Call) : std::nullopt;
}

/// Whether the use of a coroutine in \p Use is a call that is over when control has passed its statement; if so, gives
/// that statement.
static const Stmt *waitedForAt(const References::Use &Use, TranslationUnit &Unit) {
  const auto Site = callOf(Use, Unit);
  if (!Site)
    return nullptr;
  const TaskFate Fate = TaskFates(Unit.body(*Use.In), Unit).of(*Site->expression());
  return Fate.What == TaskFate::Kind::Awaited ? Fate.Where : nullptr;
}

/// Whether the call in \p Use is given a \p Class, or is one of its members, that is a local variable there.
static bool concernsLocal(const References::Use &Use, const CXXRecordDecl &Class, TranslationUnit &Unit) {
  const auto Site = callOf(Use, Unit);
  if (!Site)
    return false;
  auto IsLocal = [&](const Expr *E) {
    const VarDecl *Variable = E ? namedVariable(E) : nullptr;
    return Variable && Variable->hasLocalStorage() && Variable->getType()->getAsCXXRecordDecl() == &Class;
  };
  return IsLocal(Site->object()) || llvm::any_of(Site->arguments(), IsLocal);
}

/// Whether the coroutines that \p Change is in and \p Borrower run one after the other: one function calls both, nobody
/// else does, and waits for each at a place of its own. Were that function a coroutine, it could run twice at once, but
/// not with what it has itself.
bool ContainerChanges::areInTurn(const ContainerChange &Change, const FunctionDecl &Borrower,
                                 const ValueDecl &Container) const {
  const auto Changing = Unit.references().of(*Change.In), Borrowing = Unit.references().of(Borrower);
  if (Changing.empty() || Borrowing.empty())
    return false;
  const FunctionDecl &Caller = *Changing.front().In;
  const auto *Class = dyn_cast<CXXRecordDecl>(Container.getDeclContext());
  llvm::SmallPtrSet<const Stmt *, 4> Places;
  for (const References::Use &Use : llvm::concat<const References::Use>(Changing, Borrowing)) {
    const bool CanRepeat = Unit.body(Caller).isCoroutine() || isLambdaCallOperator(&Caller);
    if (Use.In != &Caller || (CanRepeat && !(Class && concernsLocal(Use, *Class, Unit))))
      return false;
    const Stmt *Place = waitedForAt(Use, Unit);
    if (!Place || !Places.insert(Place).second)
      return false;
  }
  return true;
}

const ContainerChange *ContainerChanges::during(const FunctionDecl &Borrower, const ValueDecl &Container,
                                                BorrowKind Kind) const {
  using What = ContainerChange::Kind;
  using Elements = TypeFact::Elements;
  const auto All = Changes.find(&Container);
  if (All == Changes.end())
    return nullptr;
  const Elements Holds = elementsOf(Container.getType(), Unit.knowledge());
  const bool MovesAll =
      Kind == BorrowKind::Iterator ? Holds != Elements::Nodes : Kind == BorrowKind::Reference && Holds == Elements::Row;
  auto Is = [](What W) { return [=](const ContainerChange &Change) { return Change.What == W; }; };
  const bool ComeAndGo = llvm::any_of(All->second, [&](const ContainerChange &Change) {
    return Change.What == What::Removes && !isOnceOnly(*Change.In);
  });
  const ContainerChange *Found = nullptr;
  for (const ContainerChange &Change : All->second) {
    if ((Is(What::Inserts)(Change) && !MovesAll) || !canHappen(Change, Borrower))
      continue;
    const bool Sure = Change.What == What::Removes || (Change.What == What::Inserts && ComeAndGo) ||
                      isDoneByCoroutine(Change, Borrower, Container);
    // What ends single elements is the plainest to read.
    if (Sure && !areInTurn(Change, Borrower, Container) &&
        (!Found || (Change.What == What::Removes && Found->What != What::Removes)))
      Found = &Change;
  }
  return Found;
}

} // namespace asynctidy
