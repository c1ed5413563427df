// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises pending operations.

#include "lost_work/PendingOperation.h"
#include "coroutine/Context.h"
#include "lost_work/Harmless.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

bool PendingOperations::isAwaitable(QualType T) const {
  const CXXRecordDecl *Class = T.isNull() ? nullptr : Awaitables::classOf(T);
  return Class && (Unit.awaitables().isAwaitable(Class) || find(Rules.ExtraAwaitables, *Class));
}

/// Whether \p T is a plain aggregate with an operation among its members.
bool PendingOperations::isHolder(QualType T) const {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() && Class->isAggregate() && !Class->isInStdNamespace() && !isAwaitable(T) &&
         !Class->hasUserDeclaredDestructor() && llvm::any_of(Class->fields(), [&](const FieldDecl *Field) {
           return !Field->getType()->isReferenceType() && isAwaitable(Field->getType());
         });
}

bool PendingOperations::isContainer(QualType T) const {
  if (T.isNull())
    return false;
  T = T.getNonReferenceType();
  if (const ArrayType *Array = Unit.context().getAsArrayType(T))
    return canHold(Array->getElementType());
  if (isHolder(T))
    return true;
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(T->getAsCXXRecordDecl());
  if (!Class || !Class->isInStdNamespace())
    return false;
  auto Holds = [&](const TemplateArgument &Argument) {
    return Argument.getKind() == TemplateArgument::Type && !Argument.getAsType()->isReferenceType() &&
           canHold(Argument.getAsType());
  };
  return llvm::any_of(Class->getTemplateArgs().asArray(), [&](const TemplateArgument &Argument) {
    return Argument.getKind() == TemplateArgument::Pack ? llvm::any_of(Argument.pack_elements(), Holds)
                                                        : Holds(Argument);
  });
}

/// Whether the value of \p Call, of the class \p Class, is a handle to work that \p Callee gave to somebody: dropping
/// it loses no work. A lazy value is no such handle, whatever the function is called.
bool PendingOperations::isRunBySomebody(const Expr *Call, const FunctionDecl &Callee, const CXXRecordDecl &Class,
                                        TypeFact::Start Starts) const {
  if (Starts == TypeFact::Start::Lazy)
    return false;
  if (const FunctionFact *Fact = Unit.knowledge().function(Callee))
    return Fact->Spawns || Fact->Detaches;
  const auto *C = dyn_cast<CallExpr>(Call);
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  if (!C)
    return false;
  auto MakesWork = [&](const Expr *Argument) {
    const QualType Result = resultOfCalling(*Argument);
    return !Result.isNull() && isAwaitable(Result);
  };
  if (Callee.getIdentifier() && llvm::is_contained(Unit.knowledge().terms().Spawning, Callee.getName()) &&
      ((Member && isAwaitable(Member->getObjectType())) || llvm::any_of(C->arguments(), [&](const Expr *Argument) {
         return isAwaitable(Argument->getType()) || MakesWork(Argument);
       })))
    return true;
  // It takes an operation for good and returns something that no coroutine returns and that does not keep it.
  bool Takes = false;
  for (unsigned I = 0; I < C->getNumArgs() && I < Callee.getNumParams() && !isa<CXXOperatorCallExpr>(C); ++I)
    Takes |= !Callee.getParamDecl(I)->getType()->isLValueReferenceType() && isAwaitable(C->getArg(I)->getType());
  return Takes && !Unit.awaitables().hasPromise(&Class) && Class.hasDefinition() &&
         !keepsOperation(Class, Unit.awaitables());
}

/// Whether values of \p Class may be dropped because of what the class is.
bool PendingOperations::isHarmless(const CXXRecordDecl &Class) const {
  auto [Entry, New] = Harmless.try_emplace(&Class, false);
  if (New && (isPlainValue(Class, Unit) || isBareSuspension(Class) || waitsInDestructor(Class, Unit)))
    Harmless[&Class] = true;
  return Harmless.lookup(&Class);
}

std::optional<PendingOperation> PendingOperations::made(const Expr *Value, QualType Type,
                                                        const FunctionDecl *Callee) const {
  return Value->isPRValue() && isAwaitable(Type) ? judged(Value, Type, Callee) : std::nullopt;
}

std::optional<PendingOperation> PendingOperations::madeByCalling(const Expr *Callable) const {
  const Expr *Named = valueSource(Callable);
  if (const auto *Call = dyn_cast<CallExpr>(Named); Call && Call->isCallToStdMove())
    Named = valueSource(Call->getArg(0));
  // What the standard library only wraps: bind(save, 1), ref(save_it).
  const auto *Wrapped = dyn_cast<CallExpr>(Named);
  const FunctionDecl *Wrapper = Wrapped ? Wrapped->getDirectCallee() : nullptr;
  if (!isa<LambdaExpr, DeclRefExpr, UnaryOperator>(Named->IgnoreParenImpCasts()) &&
      !(Wrapper && Wrapper->isInStdNamespace()))
    return std::nullopt;
  const FunctionDecl *Function = callableOf(Named);
  if (!Function || !isAwaitable(Function->getReturnType()) || Function->getReturnType()->isReferenceType())
    return std::nullopt;
  auto Found = judged(Callable, Function->getReturnType(), Function);
  return Found && Found->Starts == TypeFact::Start::Lazy ? Found : std::nullopt;
}

/// The operation of the awaitable \p Type that \p Value makes, unless it may be dropped.
std::optional<PendingOperation> PendingOperations::judged(const Expr *Value, QualType Type,
                                                          const FunctionDecl *Callee) const {
  const CXXRecordDecl *Class = Awaitables::classOf(Type);
  PendingOperation Found{Value, Callee, Type, Class, Unit.awaitables().starts(Class), {}};
  if (find(Rules.IgnoredTypes, *Class))
    return std::nullopt;
  const TypeFact *Fact = Unit.knowledge().typeOrBase(*Class);
  if (Fact && (Fact->MayBeDropped || Fact->JoinsOnDestruction))
    return std::nullopt;
  if (Fact)
    Found.Advice = Fact->Advice;
  if (const Named *Extra = find(Rules.ExtraAwaitables, *Class); Extra && !Extra->Advice.empty())
    Found.Advice = Extra->Advice;
  if (Callee && (find(Rules.IgnoredFunctions, *Callee) || isPromiseProtocol(*Callee) ||
                 isRunBySomebody(Value, *Callee, *Class, Found.Starts)))
    return std::nullopt;
  // Knowledge and options know better than a shape.
  if (!(Fact && Fact->Awaitable) && !find(Rules.ExtraAwaitables, *Class) && isHarmless(*Class))
    return std::nullopt;
  return Found;
}

/// The operation that \p Await gives: a task that a task returns. Other awaitables that come out of an await are more
/// often events or handles than work.
std::optional<PendingOperation> PendingOperations::givenBy(const CoawaitExpr &Await) const {
  if (!Await.isPRValue() || !Unit.awaitables().isTask(Awaitables::classOf(Await.getType())))
    return std::nullopt;
  const Expr *Operand = valueSource(Await.getOperand());
  const auto *Call = dyn_cast<CallExpr>(Operand);
  auto Found = judged(Operand, Await.getType(), Call ? Call->getDirectCallee() : nullptr);
  if (Found) {
    Found->Value = &Await;
    Found->Callee = nullptr;
  }
  return Found;
}

/// Whether objects of class \p T have no state: they are neither events nor timers.
static bool holdsNothing(QualType T) {
  const CXXRecordDecl *Class = T.isNull() ? nullptr : T->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() && Class->isEmpty();
}

std::optional<PendingOperation> PendingOperations::at(const Expr *E) const {
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(E)) {
    auto First = at(valueSource(Conditional->getTrueExpr()));
    auto Found = First ? First : at(valueSource(Conditional->getFalseExpr()));
    if (!Found || !E->isPRValue() || !isAwaitable(E->getType()))
      return std::nullopt;
    Found->Value = E;
    Found->Callee = nullptr;
    return Found;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return made(E, E->getType(), Call->getDirectCallee());
  if (const auto *Await = dyn_cast<CoawaitExpr>(E))
    return givenBy(*Await);
  // `delay{1s}`: an awaiter of a library, or a task made from its handle. Without arguments it is nothing yet, unless
  // its class has nothing to hold: `switch_threads{}`.
  const bool Complete = holdsNothing(E->getType());
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E)) {
    const Expr *Inner = Cast->getSubExpr()->IgnoreImplicit();
    const auto *List = dyn_cast<InitListExpr>(Inner);
    const auto *Construct = dyn_cast<CXXConstructExpr>(Inner);
    const bool Made = (List && (Complete || List->getNumInits() > 0)) ||
                      (Construct && !Construct->getConstructor()->isCopyOrMoveConstructor());
    return Made ? made(E, E->getType(), nullptr) : std::nullopt;
  }
  if (const auto *Temporary = dyn_cast<CXXTemporaryObjectExpr>(E))
    return Complete || Temporary->getNumArgs() > 0 ? made(E, E->getType(), nullptr) : std::nullopt;
  return std::nullopt;
}

std::optional<PendingOperation> PendingOperations::boundTo(const BindingDecl &Binding) const {
  const auto *Holder = dyn_cast<VarDecl>(Binding.getDecomposedDecl());
  const auto *Call = Holder && Holder->getInit() ? dyn_cast<CallExpr>(valueSource(Holder->getInit())) : nullptr;
  return Call ? made(Call, Binding.getType(), Call->getDirectCallee()) : std::nullopt;
}

std::optional<PendingOperation> PendingOperations::startedBy(const Expr *E) const {
  if (!E)
    return std::nullopt;
  // Without anything to hold it is no event and no timer.
  if (const Expr *Written = E->IgnoreImplicit();
      isa<CXXTemporaryObjectExpr, ExplicitCastExpr>(Written) && holdsNothing(Written->getType()))
    return at(Written);
  E = valueSource(E);
  if (const auto *Comma = dyn_cast<BinaryOperator>(E); Comma && Comma->isCommaOp())
    return startedBy(Comma->getRHS());
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(E)) {
    auto First = startedBy(Conditional->getTrueExpr());
    auto Second = startedBy(Conditional->getFalseExpr());
    if (First && Second)
      First->Value = E; // Whatever the condition says.
    return First ? First : Second;
  }
  if (isa<CoawaitExpr>(E))
    return at(E);
  if (isa<CallExpr>(E)) {
    if (auto Found = at(E))
      return Found;
    // A function that returns a container full of operations; or a standard one that puts its arguments into one.
    if (!isContainer(E->getType()) || isHolder(E->getType()) || !E->isPRValue())
      return std::nullopt;
  }
  const bool Conversion = isa<CXXConstructExpr>(E) && cast<CXXConstructExpr>(E)->getNumArgs() == 1;
  if (!isContainer(E->getType()) && !(Conversion && isAwaitable(E->getType())))
    return std::nullopt;
  for (const Stmt *Child : E->children())
    if (const auto *Argument = dyn_cast_or_null<Expr>(Child))
      if (auto Found = startedBy(Argument))
        return Found;
  return std::nullopt;
}

} // namespace asynctidy
