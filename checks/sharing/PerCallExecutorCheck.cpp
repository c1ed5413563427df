// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds pools, loops, threads and processes made for one call.

#include "sharing/PerCallExecutorCheck.h"
#include "sharing/KeptPool.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

PerCallExecutorCheck::PerCallExecutorCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                           std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      AllowedTypes(*this, "AllowedTypes", {}, "types that may be created per call, as `name -> reason`"),
      AllowedFunctions(*this, "AllowedFunctions", {},
                       "functions that may create executors or lead to it, as `name -> reason`"),
      InferExecutors(*this, "InferExecutors", true,
                     "take classes of libraries nobody described for executors by name and members"),
      CheckTests(*this, "CheckTests", false, "look at coroutines written in test cases too") {}

void PerCallExecutorCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  LoopCode::forEach(F, Unit, [&](const LoopCode &Root) {
    auto Avoids = [&](const FunctionDecl &Callee) { return find(*AllowedFunctions, Callee) != nullptr; };
    for (const Witness &W : Unit.summaries().effects(Root.function(), Avoids)) {
      if (W.What->What == Effect::Kind::CreatesExecutor && !isAllowed(*W.What) &&
          !happensOnce(W, Root, Unit, /*OrInTests=*/!*CheckTests))
        reportWitness(W, Root, Unit);
    }
    if (forLink())
      deferRoot(Root, Unit);
  });
  if (forLink())
    deferCreations(F, Unit);
}

bool PerCallExecutorCheck::isAllowed(const Effect &Leaf) const {
  return (!Leaf.Inferred.empty() && !*InferExecutors) || find(*AllowedTypes, Leaf.Subject) ||
         find(*AllowedFunctions, *Leaf.In);
}

static llvm::StringRef noun(const Effect &Leaf) {
  switch (Leaf.Creates) {
  case ExecutorKind::ThreadPool:
    return "thread pool";
  case ExecutorKind::ProcessPool:
    return "process pool";
  case ExecutorKind::EventLoop:
    return "event loop";
  case ExecutorKind::Thread:
    return "thread";
  }
  llvm_unreachable("covered switch");
}

/// The finding for what \p Leaf creates in code that is run by \p Root.
static std::string message(const Effect &Leaf, llvm::StringRef Root) {
  const std::string Noun = noun(Leaf).str(), Subject = "('" + Leaf.Subject + "')";
  const std::string Variable = Leaf.Variable ? "'" + Leaf.Variable->getNameAsString() + "' " : "";
  if (Leaf.FilledAt.isValid())
    return Noun + "s in " + Variable + Subject + " are created and torn down with every call of " + Root.str();
  if (Leaf.Variable)
    return Noun + " " + Variable + Subject + " is created and torn down with every call of " + Root.str();
  return "a new " + Noun + " " + Subject + " is started with every call of " + Root.str();
}

void PerCallExecutorCheck::reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit) {
  if (auto Finding = report(W.What->Loc, "%0"))
    *Finding << message(*W.What, Root.describe());
  else
    return;
  if (const CallEdge *Leaving = leavingStep(W, Root))
    for (const CallEdge *Step : llvm::make_range(llvm::find(W.Path, Leaving), W.Path.end()))
      note(Step->Loc, "reached through the call of %0 here") << describe(*Step);
  explain(*W.What, Unit);
}

/// The notes of a finding that do not depend on how it was reached.
void PerCallExecutorCheck::explain(const Effect &Leaf, TranslationUnit &Unit) {
  if (Leaf.FilledAt.isValid() && Leaf.FilledAt != Leaf.Loc)
    note(Leaf.FilledAt, "%0s are created here") << noun(Leaf);
  if (!Leaf.Inferred.empty())
    note(Leaf.Loc, "%0") << Leaf.Inferred;
  if (!Leaf.Advice.empty())
    note(Leaf.Loc, "%0") << Leaf.Advice;
  if (const DeclStmt *Declaration = movableToStatic(Leaf, Unit))
    note(Leaf.Loc, "keep one %0 for all calls")
        << noun(Leaf) << FixItHint::CreateInsertion(Declaration->getBeginLoc(), "static ");
}

/// Prepares the findings for what \p F creates, in case that code in another file leads here.
void PerCallExecutorCheck::deferCreations(const FunctionDecl &F, TranslationUnit &Unit) {
  if (!isTransparent(F, Unit))
    return;
  for (const Effect &Leaf : Unit.summaries().of(F).Effects)
    if (Leaf.What == Effect::Kind::CreatesExecutor && !isAllowed(Leaf) && !forLink()->AtEffects.contains(&Leaf)) {
      forLink()->AtEffects[&Leaf] = defer(Leaf.Loc, message(Leaf, "{root}"));
      explain(Leaf, Unit);
    }
}

/// Leaves it to the link whether \p Root leads to such code in another file.
void PerCallExecutorCheck::deferRoot(const LoopCode &Root, TranslationUnit &Unit) {
  bool LeadsOutside = false;
  Unit.summaries().forEachOutside(
      Root.function(), [&](const FunctionDecl &Callee) { return Root.contains(Callee); },
      [&](const Witness &) { LeadsOutside = true; });
  if (!LeadsOutside)
    return;
  Deferred::Question Ask{{}, &Root.function(), nullptr};
  Ask.Asked.What = GraphRoot::Asks::CreatesExecutor;
  Ask.Asked.Description = Root.describe();
  Ask.Asked.Inferred = *InferExecutors;
  Ask.Asked.RunsOnce = runsOnce(Root, Unit, /*OrInTests=*/!*CheckTests);
  for (const Named &Allowed : *AllowedFunctions)
    Ask.Asked.Allowed.push_back(Allowed.Pattern);
  forLink()->Questions.push_back(std::move(Ask));
}

} // namespace asynctidy
