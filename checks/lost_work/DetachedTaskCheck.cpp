// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports work whose failure nobody learns of.

#include "lost_work/DetachedTaskCheck.h"
#include "coroutine/Discard.h"
#include "fix/SourceText.h"
#include "summary/CallPath.h"

using namespace clang;

namespace asynctidy {

DetachedTaskCheck::DetachedTaskCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                     std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      AllowCastToVoid(*this, "AllowCastToVoid", true, "a cast to void says that nobody needs to learn how it ends"),
      AllowedTasks(*this, "AllowedTasks", {}, "coroutines that may fail unseen, as `name -> reason`"),
      CheckTests(*this, "CheckTests", false,
                 "look at test cases, too: tests of a coroutine library detach on purpose") {}

/// "'serve'", "this lambda".
static std::string nameOf(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method && Method->getParent()->isLambda() ? "this lambda" : "'" + F.getQualifiedNameAsString() + "'";
}

void DetachedTaskCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const Body &In = Unit.body(F);
  if (forgetsExceptions(In, Unit.awaitables()))
    reportForgetting(F, Unit);
  for (const Stmt *S : In.statements()) {
    const auto Work = detachedWork(S, In, Unit, *AllowCastToVoid);
    if (!Work || !Work->Body || isInSystemMacro(S->getBeginLoc(), Unit.context().getSourceManager()))
      continue;
    if (const auto Why = failure(*Work->Body, F, Unit))
      reportStart(*Work, *Why, In, Unit);
  }
}

/// How \p Work, started in \p By, is seen to fail; nothing where that is meant.
std::optional<Failure> DetachedTaskCheck::failure(const FunctionDecl &Work, const FunctionDecl &By,
                                                  TranslationUnit &Unit) {
  if (find(*AllowedTasks, Work) || hasSomethingOfItsOwn(Work, Unit.awaitables()))
    return std::nullopt;
  auto Found = failureOf(Work, Unit);
  return Found && (*CheckTests || !isTestCode(By, Unit)) ? Found : std::nullopt;
}

void DetachedTaskCheck::reportForgetting(const FunctionDecl &F, TranslationUnit &Unit) {
  const auto Why = failure(F, F, Unit);
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  const bool Lambda = Method && Method->getParent()->isLambda();
  if (Why && report(Lambda ? F.getBeginLoc() : F.getLocation(),
                    "when " + nameOf(F) + " fails, nobody learns of it: its promise drops the exception"))
    explain(F, *Why);
}

/// The handler that fits in the place of \p Token, for work of the type that \p Body returns.
static std::optional<FixItHint> handled(const DetachedWork &Work, const Body &In, TranslationUnit &Unit) {
  const CXXRecordDecl *Task = Awaitables::classOf(Work.Body->getReturnType());
  const OperationFact *Handler = Task ? Unit.knowledge().operation("handle_errors", *Task) : nullptr;
  // Inside of another token, or of a template that others share, it may not fit.
  if (!Handler || !Work.Token || recordOf(Work.Token->getType()) != Work.Dropper ||
      In.function().isTemplateInstantiation() || !isEditable(Work.Token->getSourceRange()) ||
      isa<CXXDefaultArgExpr>(Work.Token))
    return std::nullopt;
  return FixItHint::CreateReplacement(Work.Token->getSourceRange(), Handler->Write);
}

void DetachedTaskCheck::reportStart(const DetachedWork &Work, const Failure &Why, const Body &In,
                                    TranslationUnit &Unit) {
  const SourceLocation Loc = Work.Start.expression()->getBeginLoc();
  const std::string By = "'" +
                         (Work.Dropper && Work.Token ? Work.Dropper->getQualifiedNameAsString()
                                                     : Work.Start.callee().getQualifiedNameAsString()) +
                         "'";
  const std::string Who = "when " + nameOf(*Work.Body) + " fails, nobody learns of it: ";
  if (!report(Loc, Work.HandleDropped ? Who + "nobody keeps the handle that " + By + " returns"
                                      : Who + By + " drops its exception"))
    return;
  explain(*Work.Body, Why);
  if (auto Fix = handled(Work, In, Unit))
    note(Work.Token->getBeginLoc(), "give it a handler that throws the exception out of the loop") << *Fix;
  if (!Work.Advice.empty())
    note(Loc, "%0") << Work.Advice;
}

/// Leads from \p Work to what throws.
void DetachedTaskCheck::explain(const FunctionDecl &Work, const Failure &Why) {
  const FunctionDecl *From = &Work;
  for (const Failure::Step &Step : Why.Path) {
    note(Step.Call->getBeginLoc(), Step.Awaited ? "%0 awaits %1 here" : "%0 calls %1 here")
        << nameOf(*From) << nameOf(*Step.To);
    From = Step.To;
  }
  if (Why.Thrower)
    note(Why.Site->getBeginLoc(), "%0 throws here when it fails") << nameOf(*Why.Thrower);
  else
    note(Why.Site->getBeginLoc(), "%0 throws here") << nameOf(*From);
}

} // namespace asynctidy
