// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports operations that nobody awaits.

#include "lost_work/UnawaitedTaskCheck.h"
#include "coroutine/Discard.h"
#include "fix/CoAwait.h"
#include "summary/CallPath.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/QualTypeNames.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

UnawaitedTaskCheck::UnawaitedTaskCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                       std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      AllowCastToVoid(*this, "AllowCastToVoid", true, "a cast to void says that dropping an operation is meant"),
      IgnoredTypes(*this, "IgnoredTypes", {}, "awaitable types that may be dropped, as `name -> reason`"),
      IgnoredFunctions(*this, "IgnoredFunctions", {}, "functions whose result may be dropped, as `name -> reason`"),
      ExtraAwaitables(*this, "ExtraAwaitables", {},
                      "types that have to be awaited although they do not show it, as `name -> advice`"),
      CheckTests(*this, "CheckTests", false,
                 "look at what test cases keep in variables or drop in a try block, too: tests of a coroutine library "
                 "forget on purpose") {}

/// A test that makes an operation in a try block wants to see it throw.
static bool isMadeToThrow(const Expr *Value, const Body &In, TranslationUnit &Unit) {
  const auto *Try = In.enclosing<CXXTryStmt>(Value);
  return Try && In.isWithin(Value, Try->getTryBlock()) && isTestCode(In.function(), Unit);
}

void UnawaitedTaskCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const Body &In = Unit.body(F);
  const PendingOperations Operations(Unit, {*IgnoredTypes, *IgnoredFunctions, *ExtraAwaitables});
  llvm::SmallPtrSet<const Expr *, 4> Covered; // Arms of conditional operators that are judged as a whole.
  for (const Stmt *S : In.statements()) {
    if (auto Ignored = ignoredCallable(S, Unit, Operations))
      reportIgnored(*Ignored, In, Unit);
    const auto *E = dyn_cast<Expr>(S);
    auto Operation = E && E->isPRValue() && !Covered.count(E) ? Operations.at(E) : std::nullopt;
    if (!Operation)
      continue;
    if (const auto *Conditional = dyn_cast<ConditionalOperator>(E))
      for (const Expr *Arm : {Conditional->getTrueExpr(), Conditional->getFalseExpr()})
        Covered.insert(valueSource(Arm));
    const Discard Fate = discardOf(E, In);
    if (Fate != Discard::No && !*CheckTests && isMadeToThrow(E, In, Unit))
      continue;
    if (Fate == Discard::Dropped || (Fate == Discard::ToVoid && !*AllowCastToVoid))
      reportDropped(*Operation, In, Unit);
  }
  for (const LostOperation &Lost : lostOperations(In, Unit, Operations, *AllowCastToVoid))
    if (*CheckTests || !isTestCode(F, Unit))
      reportStored(Lost, In, Unit);
}

static llvm::StringRef consequence(TypeFact::Start Starts) {
  switch (Starts) {
  case TypeFact::Start::Lazy:
    return "is never awaited, so it never runs";
  case TypeFact::Start::Eager:
    return "is never awaited, so its result and exceptions are lost";
  case TypeFact::Start::Unknown:
    return "is never awaited";
  }
  llvm_unreachable("covered switch");
}

/// The name of \p T in quotes, with the names that the code uses for it or its parts where they are shorter; what is
/// too long to read goes without template arguments.
static std::string quoted(QualType T, const Body &In) {
  constexpr size_t Readable = 80;
  const ASTContext &Context = In.function().getASTContext();
  PrintingPolicy Policy = Context.getPrintingPolicy();
  if (const auto *Deduced = dyn_cast<DeducedType>(T.getTypePtr()); Deduced && !Deduced->getDeducedType().isNull())
    T = Deduced->getDeducedType();
  T = T.getNonReferenceType().getUnqualifiedType();
  std::string Name = (T->isDependentType() ? T : T.getCanonicalType()).getAsString(Policy);
  if (!T->isDependentType())
    if (std::string Written = TypeName::getFullyQualifiedName(T, Context, Policy); Written.size() < Name.size())
      Name = Written;
  if (const auto *Template = dyn_cast_or_null<ClassTemplateSpecializationDecl>(T->getAsCXXRecordDecl());
      Template && Name.size() > Readable)
    Name = Template->getQualifiedNameAsString() + "<...>";
  return "'" + Name + "'";
}

/// "the 'task<int>' returned by 'load'".
static std::string describe(const PendingOperation &Operation, const Body &In) {
  if (isa<CoawaitExpr>(Operation.Value))
    return "the " + quoted(Operation.Type, In) + " that this 'co_await' gives";
  if (!Operation.Callee)
    return "this " + quoted(Operation.Type, In);
  const auto *Method = dyn_cast<CXXMethodDecl>(Operation.Callee);
  return "the " + quoted(Operation.Type, In) + " returned by " +
         (Method && Method->getParent()->isLambda() ? "this lambda"
                                                    : "'" + Operation.Callee->getQualifiedNameAsString() + "'");
}

void UnawaitedTaskCheck::reportDropped(const PendingOperation &Operation, const Body &In, TranslationUnit &Unit) {
  const SourceLocation Loc = Operation.Value->getBeginLoc();
  if (isInSystemMacro(Loc, Unit.context().getSourceManager()))
    return;
  const Expr *Whole = wholeDropped(Operation.Value, In);
  auto Await = Whole ? awaited(Whole, *Operation.Class, In, Unit) : std::nullopt;
  {
    auto Finding = report(Loc, "%0 %1");
    if (!Finding)
      return;
    *Finding << describe(Operation, In) << consequence(Operation.Starts);
    if (Await)
      *Finding << *Await;
  }
  explain(Loc, Operation, In);
  if (Whole && !Await)
    if (auto Spawn = spawned(Whole, *Operation.Class, In, Unit))
      note(Loc, "hand it to something that runs it") << *Spawn;
}

void UnawaitedTaskCheck::reportIgnored(const IgnoredCallable &Ignored, const Body &In, TranslationUnit &Unit) {
  const PendingOperation &Operation = Ignored.Operation;
  const SourceLocation Loc = Operation.Value->getBeginLoc();
  if (isInSystemMacro(Loc, Unit.context().getSourceManager()))
    return;
  {
    auto Finding = report(Loc, "%0 %1");
    if (!Finding)
      return;
    *Finding << describe(Operation, In) << consequence(Operation.Starts);
  }
  if (Ignored.CalledBy)
    note(Loc, "'%0' drops what it returns") << Ignored.CalledBy->getQualifiedNameAsString();
  else
    note(Loc, "whoever calls it through %0 drops what it returns") << quoted(Ignored.HeldBy, In);
  explain(Loc, Operation, In);
}

/// The notes that every finding ends with.
void UnawaitedTaskCheck::explain(SourceLocation Loc, const PendingOperation &Operation, const Body &In) {
  if (!Operation.Advice.empty())
    note(Loc, "%0") << Operation.Advice;
  if (In.function().isTemplateInstantiation() && In.function().getPointOfInstantiation().isValid())
    note(In.function().getPointOfInstantiation(), "in the instantiation of %q0 here") << &In.function();
}

void UnawaitedTaskCheck::reportStored(const LostOperation &Lost, const Body &In, TranslationUnit &Unit) {
  const PendingOperation &Operation = Lost.Operation;
  const bool Overwritten = Lost.Path && Lost.Path->How == Loss::End::Overwritten;
  {
    auto Finding =
        report(Lost.location(), Overwritten            ? "%0 is overwritten before the operation it holds is awaited"
                                : Lost.Path            ? "%0 holds an operation that is not awaited on every path"
                                : !Lost.Guard.isNull() ? "%0 is the %1, not the %3 that awaiting it gives: it %2"
                                : Lost.InContainer     ? "%0 keeps a %1 that %2"
                                                       : "%0 holds a %1 that %2");
    if (!Finding)
      return;
    *Finding << Lost.Variable;
    if (!Lost.Path)
      *Finding << quoted(Operation.Type, In) << consequence(Operation.Starts);
    if (!Lost.Guard.isNull())
      *Finding << quoted(Lost.Guard, In);
    const auto *Variable = dyn_cast<VarDecl>(Lost.Variable);
    if (Lost.Unused && Lost.FromInitialiser && !Lost.InContainer && Variable)
      if (auto Await = awaitedInitialiser(*Variable, Operation.Value, *Operation.Class, In, Unit))
        *Finding << *Await;
  }
  if (Lost.Path && Lost.Path->Condition)
    note(Lost.Path->Condition->getBeginLoc(),
         "it is not awaited %select{when this is true|when this is false|in some of these cases|when this loop ends "
         "without it}0")
        << static_cast<unsigned>(Lost.Path->Choice);
  if (Overwritten)
    note(Lost.Path->Where->getBeginLoc(), "it is overwritten here");
  explain(Lost.location(), Operation, In);
}

} // namespace asynctidy
