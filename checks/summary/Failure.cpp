// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Searches bodies for what throws, their own first, then those of what they call.

#include "summary/Failure.h"
#include "coroutine/Cancellation.h"
#include "coroutine/Context.h"
#include "summary/FunctionSummary.h"
#include "summary/GuardReader.h"
#include "summary/Summaries.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

namespace {

class FailureSearch {
public:
  explicit FailureSearch(TranslationUnit &Unit) : Unit(Unit) {}

  std::optional<Failure> run(const FunctionDecl &F, const std::vector<Known> *Arguments, unsigned Depth);
  /// What \p S itself does, as far as it leaves \p Within.
  std::optional<Failure> direct(const Stmt *S, const Stmt *Within, const Body &In);
  /// What the function that \p Call calls does.
  std::optional<Failure> nested(const CallSite &Call, const Stmt *Within, const Body &In, unsigned Depth);

private:
  bool isReached(const Stmt *S, const Body &In, const std::vector<Known> *Arguments);

  TranslationUnit &Unit;
  llvm::SmallPtrSet<const FunctionDecl *, 16> Seen;
};

/// Whether \p Handler does nothing but throw on what it caught.
bool onlyRethrows(const CXXCatchStmt &Handler) {
  const auto *Block = dyn_cast<CompoundStmt>(Handler.getHandlerBlock());
  const auto *Only = Block && Block->size() == 1 ? dyn_cast<Expr>(Block->body_front()) : nullptr;
  const auto *Throw = Only ? dyn_cast<CXXThrowExpr>(Only->IgnoreImplicit()) : nullptr;
  return Throw && !Throw->getSubExpr();
}

/// Whether \p Handler may take an exception of class \p Thrown, or of a class nobody knows if that is null.
bool mayCatch(const CXXCatchStmt &Handler, const CXXRecordDecl *Thrown) {
  const QualType Caught = Handler.getCaughtType();
  if (Caught.isNull() || Caught->isDependentType())
    return true;
  const CXXRecordDecl *Class = Caught.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Thrown || !Thrown->hasDefinition() || !Class || !Class->hasDefinition())
    return !Thrown || !Class;
  return Class->getCanonicalDecl() == Thrown->getCanonicalDecl() || Thrown->isDerivedFrom(Class);
}

/// Whether a handler around \p S, in \p Within if that is not null, takes an exception of class \p Thrown that \p S
/// throws.
bool isHandled(const Stmt *S, const CXXRecordDecl *Thrown, const Stmt *Within, const Body &In) {
  for (const Stmt *Child = S, *P = In.parent(S); P && Child != Within; Child = P, P = In.parent(P))
    if (const auto *Try = dyn_cast<CXXTryStmt>(P); Try && Child == Try->getTryBlock())
      for (unsigned I = 0; I != Try->getNumHandlers(); ++I)
        if (mayCatch(*Try->getHandler(I), Thrown) && !onlyRethrows(*Try->getHandler(I)))
          return true;
  return false;
}

const CXXRecordDecl *thrownBy(const CXXThrowExpr &Throw) {
  const QualType T = Throw.getSubExpr() ? Throw.getSubExpr()->getType() : QualType();
  return T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
}

bool meansCancelled(const CXXRecordDecl &Class, const CXXRecordDecl &Task, TranslationUnit &Unit) {
  const std::vector<Named> None;
  const CancellationSettings Chosen{true, &None, &None};
  return Cancellation(Task, Unit.context(), Unit.knowledge(), Chosen).meansCancelled(Class);
}

/// Whether \p Call asks for its errors as values: by a completion token, however wrapped.
bool asksForValues(const CallSite &Call, const Knowledge &Facts) {
  return llvm::any_of(Call.arguments(), [&](const Expr *Argument) {
    const CXXRecordDecl *Class = recordOf(Argument->getType());
    return Class && Facts.isMadeBy(*Class, &FunctionFact::ReportsErrorsAsValues);
  });
}

/// The await whose operand \p Call is; null if there is none.
const Expr *awaitOf(const Expr *Call, const Body &In) {
  const Stmt *P = In.significantParent(Call);
  return isa_and_nonnull<CoawaitExpr>(P) ? cast<Expr>(P) : nullptr;
}

/// Whether a call of \p Callee gives nothing before it is awaited.
bool isAwaitable(const CallSite &Call, TranslationUnit &Unit) {
  return Unit.awaitables().isAwaitable(Call.callee().getReturnType()) ||
         Unit.awaitables().isAwaitable(Call.expression()->getType());
}

bool FailureSearch::isReached(const Stmt *S, const Body &In, const std::vector<Known> *Arguments) {
  return !Arguments || Arguments->empty() || !isSkipped(Unit.summaries().guards(S, In.function()), *Arguments);
}

std::optional<Failure> FailureSearch::direct(const Stmt *S, const Stmt *Within, const Body &In) {
  const Knowledge &Facts = Unit.knowledge();
  if (const auto *Throw = dyn_cast<CXXThrowExpr>(S)) {
    // What a handler throws on began in its try block.
    const CXXRecordDecl *Class = thrownBy(*Throw), *Task = In.task();
    if (!Throw->getSubExpr() || isHandled(S, Class, Within, In) ||
        (Class && Task && meansCancelled(*Class, *Task, Unit)))
      return std::nullopt;
    return Failure{Throw, nullptr, {}};
  }
  const auto Site = CallSite::of(S);
  const FunctionFact *Fact = Site ? Facts.function(Site->callee()) : nullptr;
  if (!Fact || !Fact->Fails || !applies(*Fact, *Site, In, Unit) || asksForValues(*Site, Facts) ||
      (isAwaitable(*Site, Unit) && !awaitOf(Site->expression(), In)) || isHandled(S, nullptr, Within, In))
    return std::nullopt;
  return Failure{Site->expression(), &Site->callee(), {}};
}

std::optional<Failure> FailureSearch::nested(const CallSite &Call, const Stmt *Within, const Body &In, unsigned Depth) {
  const FunctionDecl *Callee = Call.callee().getDefinition();
  if (Depth == 0 || !Callee || !isTransparent(*Callee, Unit))
    return std::nullopt;
  // A task that somebody else awaits may be looked after there.
  const Expr *Await = awaitOf(Call.expression(), In);
  if (isHandled(Call.expression(), nullptr, Within, In) || (isAwaitable(Call, Unit) && !Await))
    return std::nullopt;
  const std::vector<Known> Given = knownArguments(Call, *Callee, Unit.context());
  auto Found = run(*Callee, &Given, Depth - 1);
  if (Found)
    Found->Path.insert(Found->Path.begin(), {Call.expression(), Callee, Await != nullptr});
  return Found;
}

std::optional<Failure> FailureSearch::run(const FunctionDecl &F, const std::vector<Known> *Arguments, unsigned Depth) {
  const auto *Type = F.getType()->getAs<FunctionProtoType>();
  if (!Seen.insert(&F).second || (Type && Type->isNothrow()))
    return std::nullopt;
  const Body &In = Unit.body(F);
  for (const Stmt *S : In.statements())
    if (auto Found = direct(S, nullptr, In); Found && isReached(S, In, Arguments))
      return Found;
  for (const Stmt *S : In.statements())
    if (const auto Call = CallSite::of(S); Call && isReached(S, In, Arguments))
      if (auto Found = nested(*Call, nullptr, In, Depth))
        return Found;
  return std::nullopt;
}

/// What \p F returns, if it is a plain function that does little else.
const Expr *onlyReturn(const FunctionDecl &F) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(F.getBody());
  const auto *Return = Block && !Block->body_empty() ? dyn_cast<ReturnStmt>(Block->body_back()) : nullptr;
  return Return ? Return->getRetValue() : nullptr;
}

const FunctionDecl *workOf(const Expr *E, unsigned Depth) {
  if (!E || Depth == 0)
    return nullptr;
  E = valueSource(E);
  const FunctionDecl *F = nullptr;
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (Call->isCallToStdMove())
      return workOf(Call->getArg(0), Depth);
    F = Call->getDirectCallee();
  }
  if (!F || F->isInStdNamespace())
    F = callableOf(E);
  if (const VarDecl *Variable = F ? nullptr : namedVariable(E); Variable && Variable->isLocalVarDecl())
    return workOf(Variable->getInit(), Depth - 1);
  F = F ? F->getDefinition() : nullptr;
  if (!F || isa_and_nonnull<CoroutineBodyStmt>(F->getBody()))
    return F;
  return F->getBody() ? workOf(onlyReturn(*F), Depth - 1) : nullptr;
}

} // namespace

constexpr unsigned Deep = 5; // Calls that a failure may come through.

std::optional<Failure> failureOf(const FunctionDecl &F, TranslationUnit &Unit) {
  return FailureSearch(Unit).run(F, nullptr, Deep);
}

std::optional<Failure> failureAt(const Stmt *S, const Stmt *Within, const Body &In, TranslationUnit &Unit) {
  FailureSearch Search(Unit);
  if (auto Found = Search.direct(S, Within, In))
    return Found;
  const auto Call = CallSite::of(S);
  return Call ? Search.nested(*Call, Within, In, Deep) : std::nullopt;
}

const FunctionDecl *workOf(const Expr *E) { return workOf(E, Deep); }

} // namespace asynctidy
