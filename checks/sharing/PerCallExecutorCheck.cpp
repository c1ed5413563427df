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
    for (const Witness &W : Unit.summaries().effects(Root.function())) {
      const Effect &Leaf = *W.What;
      if (Leaf.What != Effect::Kind::CreatesExecutor || (!Leaf.Inferred.empty() && !*InferExecutors) ||
          find(*AllowedTypes, Leaf.Subject) || find(*AllowedFunctions, *Leaf.In) ||
          llvm::any_of(W.Path, [&](const CallEdge *Step) { return find(*AllowedFunctions, *Step->To) != nullptr; }))
        continue;
      if (!happensOnce(W, Root, Unit, /*OrInTests=*/!*CheckTests))
        reportWitness(W, Root, Unit);
    }
  });
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

void PerCallExecutorCheck::reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit) {
  const Effect &Leaf = *W.What;
  const CallEdge *Leaving = leavingStep(W, Root);
  {
    auto Finding =
        report(Leaf.Loc, Leaf.FilledAt.isValid() ? "%0s in %1 ('%2') are created and torn down with every call of %3"
                         : Leaf.Variable         ? "%0 %1 ('%2') is created and torn down with every call of %3"
                                                 : "a new %0 ('%2') is started with every call of %3");
    if (!Finding)
      return;
    if (Leaf.Variable)
      *Finding << noun(Leaf) << Leaf.Variable << Leaf.Subject << Root.describe();
    else
      *Finding << noun(Leaf) << "" << Leaf.Subject << Root.describe();
  }
  if (Leaving)
    for (const CallEdge *Step : llvm::make_range(llvm::find(W.Path, Leaving), W.Path.end()))
      note(Step->Loc, "reached through the call of %0 here") << describe(*Step);
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

} // namespace asynctidy
