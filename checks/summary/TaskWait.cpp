// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises synchronous waits for tasks.

#include "summary/TaskWait.h"
#include "TranslationUnit.h"
#include "coroutine/Context.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// The first argument of \p Site that can be awaited, or else its object; null if there is none.
static const Expr *awaitedBy(const CallSite &Site, const Awaitables &Types) {
  for (const Expr *Argument : Site.arguments())
    if (Types.isAwaitable(Argument->getType()))
      return Argument;
  return Site.object() && Types.isAwaitable(Site.object()->getType()) ? Site.object() : nullptr;
}

/// Whether one of the arguments of \p Site is a function that gives an awaitable when it is called.
static bool takesCoroutine(const CallSite &Site, const Awaitables &Types) {
  return llvm::any_of(Site.arguments(), [&](const Expr *Argument) {
    const FunctionDecl *Callable = callableOf(Argument);
    return Callable && Types.isAwaitable(Callable->getReturnType());
  });
}

const Expr *futureToken(const CallSite &Operation, const Knowledge &Facts) {
  for (const Expr *Argument : Operation.arguments())
    if (const CXXRecordDecl *Class = recordOf(Argument->getType());
        Class && Facts.isMadeBy(*Class, &FunctionFact::GivesFuture))
      return Argument;
  return nullptr;
}

/// The wait for a std::future \p E that an operation gives because its completion token says so.
static std::optional<TaskWait> waitForFuture(const Expr *E, const Body &In, const Knowledge &Facts) {
  const VarDecl *Variable = namedVariable(E);
  if (Variable && Variable->isLocalVarDecl() && Variable->getInit() && In.declarationOf(*Variable))
    E = Variable->getInit();
  const auto Operation = CallSite::of(valueSource(E));
  const Expr *Token = Operation ? futureToken(*Operation, Facts) : nullptr;
  if (!Token)
    return std::nullopt;
  const FunctionFact *Fact = Facts.maker(*recordOf(Token->getType()), &FunctionFact::GivesFuture);
  return TaskWait{Operation->expression(), false, {}, Fact->Advice};
}

static std::optional<TaskWait> known(const FunctionFact &Fact, const CallSite &Site, const Body &In,
                                     TranslationUnit &Unit) {
  if (Fact.WaitsForTask || Fact.RunsLoop)
    return TaskWait{Fact.RunsLoop ? nullptr : awaitedBy(Site, Unit.awaitables()), Fact.RunsLoop, {}, Fact.Advice};
  if (Fact.Blocks == BlockKind::SyncWait && Site.object())
    return waitForFuture(Site.object(), In, Unit.knowledge());
  return std::nullopt;
}

/// The name by which \p Site calls its function: that of the object for a function object such as sync_wait.
static llvm::StringRef calledName(const CallSite &Site) {
  if (Site.callee().getIdentifier())
    return Site.callee().getName();
  const VarDecl *Object =
      Site.callee().getOverloadedOperator() == OO_Call && Site.object() ? namedVariable(Site.object()) : nullptr;
  return Object && Object->getIdentifier() && Object->isConstexpr() ? Object->getName() : "";
}

/// Whether \p Site calls a member that runs its object, an event loop, and nothing that it is given.
static bool runsLoop(const CallSite &Site, const Knowledge &Facts) {
  const auto Loop = Site.object() ? executor(recordOf(Site.object()->getType()), Facts) : std::nullopt;
  if (!Loop || Loop->Kind != ExecutorKind::EventLoop)
    return false;
  const QualType Result = Site.callee().getReturnType();
  return (Result->isVoidType() || Result->isArithmeticType()) &&
         llvm::none_of(Site.arguments(), [](const Expr *Argument) { return callableOf(Argument) != nullptr; });
}

static std::optional<TaskWait> inferred(const CallSite &Site, TranslationUnit &Unit) {
  const Knowledge &Facts = Unit.knowledge();
  const llvm::StringRef Name = calledName(Site);
  if (Name.empty() || Facts.isDescribed(Site.callee()))
    return std::nullopt;
  const Awaitables &Types = Unit.awaitables();
  const QualType Result = Site.callee().getReturnType();
  if (llvm::is_contained(Facts.terms().Waiting, Name) && !Result->isDependentType() && !Types.isAwaitable(Result)) {
    const Expr *Awaited = awaitedBy(Site, Types);
    if (Awaited || takesCoroutine(Site, Types))
      return TaskWait{Awaited,
                      false,
                      "'" + Name.str() +
                          "' is taken for a function that waits for a task, because of its name and what it takes",
                      {}};
  }
  if (llvm::is_contained(Facts.terms().RunningLoop, Name) && runsLoop(Site, Facts))
    return TaskWait{nullptr,
                    true,
                    "'" + Name.str() + "' is taken for a function that runs an event loop, because of its name and " +
                        "the type it is called with",
                    {}};
  return std::nullopt;
}

std::optional<TaskWait> taskWait(const CallSite &Site, const Body &In, TranslationUnit &Unit) {
  const FunctionFact *Fact = Unit.knowledge().function(Site.callee());
  if (!Fact)
    return inferred(Site, Unit);
  return applies(*Fact, Site, In, Unit) ? known(*Fact, Site, In, Unit) : std::nullopt;
}

} // namespace asynctidy
