// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds pools, loops, threads and processes made for one call.

#include "sharing/PerCallExecutorCheck.h"
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

/// The declaration that may become static without breaking at once: a pool held by value or smart pointer, alone in
/// its declaration, on which nothing is called that might end it (join(), shutdown(): no arguments, no result).
/// That the executor then outlives the call is the reader's decision.
static const DeclStmt *movableToStatic(const Effect &Leaf, TranslationUnit &Unit) {
  const VarDecl *Variable = Leaf.Variable;
  if (!Variable || Variable->getType()->isPointerType() || Variable->getBeginLoc().isMacroID() ||
      (Leaf.Creates != ExecutorKind::ThreadPool && Leaf.Creates != ExecutorKind::ProcessPool))
    return nullptr;
  const Body &In = Unit.body(*Leaf.In);
  for (const Stmt *S : In.statements()) {
    const auto *Call = dyn_cast<CXXMemberCallExpr>(S);
    if (Call && Call->getNumArgs() == 0 && Call->getType()->isVoidType() &&
        namedVariable(Call->getImplicitObjectArgument()) == Variable)
      return nullptr;
  }
  const DeclStmt *Declaration = In.declarationOf(*Variable);
  return Declaration && Declaration->isSingleDecl() ? Declaration : nullptr;
}

void PerCallExecutorCheck::reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit) {
  const Effect &Leaf = *W.What;
  const CallEdge *Leaving = leavingStep(W, Root);
  {
    auto Finding = Leaf.Variable ? report(Leaf.Loc, "%0 %1 ('%2') is created and torn down with every call of %3")
                                 : report(Leaf.Loc, "a new %0 ('%2') is started with every call of %3");
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
  if (!Leaf.Inferred.empty())
    note(Leaf.Loc, "%0") << Leaf.Inferred;
  if (!Leaf.Advice.empty())
    note(Leaf.Loc, "%0") << Leaf.Advice;
  if (const DeclStmt *Declaration = movableToStatic(Leaf, Unit))
    note(Leaf.Loc, "keep one %0 for all calls")
        << noun(Leaf) << FixItHint::CreateInsertion(Declaration->getBeginLoc(), "static ");
}

} // namespace asynctidy
