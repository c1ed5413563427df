// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds code on an event loop that waits for a task without co_await.

#include "blocking/SyncWaitCheck.h"
#include "blocking/AwaitableTwin.h"
#include "coroutine/AwaitResult.h"
#include "fix/CoAwait.h"
#include "fix/SourceText.h"
#include "summary/TaskWait.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

SyncWaitCheck::SyncWaitCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared)
    : LoopDelayCheck(
          Name, Context, std::move(Shared), "holds",
          "take sync_wait(), loop.run() and the like of libraries nobody described for what they are named") {}

bool SyncWaitCheck::wants(const Effect &E) const {
  return E.What == Effect::Kind::WaitsForTask && (E.Inferred.empty() || infers());
}

void SyncWaitCheck::ask(GraphRoot &Root) const {
  Root.What = GraphRoot::Asks::WaitsForTask;
  Root.Inferred = infers();
}

/// Whether a value of the class \p Operand can be awaited as it is named by \p E: a task that only an rvalue gives up
/// cannot if \p E names a variable.
static bool isAwaitableAs(const Expr *E, const CXXRecordDecl &Operand, const ASTContext &Context) {
  if (!E->isLValue())
    return true;
  const auto Operators = membersNamed(Operand, Context.DeclarationNames.getCXXOperatorName(OO_Coawait));
  return llvm::any_of(Operators, [](const NamedDecl *D) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(D->getAsFunction());
    return Method && Method->getRefQualifier() != RQ_RValue;
  });
}

/// Whether `co_await x` in the place of \p E would be the beginning of a longer expression: `E.get()`, `E[0]`.
static bool isPrefix(const Expr *E, const Body &In) {
  const Stmt *Parent = In.significantParent(E);
  if (isa_and_nonnull<MemberExpr, ArraySubscriptExpr>(Parent))
    return true;
  const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Parent);
  return Operator && In.isWithin(E, Operator->getArg(0)) && !Operator->isInfixBinaryOp();
}

/// Whether a comment stands in \p Call outside of \p Part, so that it would be lost with what is round that.
static bool hasCommentAround(llvm::StringRef Part, llvm::StringRef Call) {
  const size_t At = Call.rfind(Part);
  auto HasComment = [](llvm::StringRef Text) { return Text.contains("/*") || Text.contains("//"); };
  return At == llvm::StringRef::npos || HasComment(Call.take_front(At)) ||
         HasComment(Call.drop_front(At + Part.size()));
}

LoopDelayCheck::Cure SyncWaitCheck::cure(const Effect &E, const Body &In, TranslationUnit &Unit) const {
  const auto Site = CallSite::of(E.Site);
  const auto Operation = E.Awaited ? CallSite::of(E.Awaited) : std::nullopt;
  if (Site && Operation && futureToken(*Operation, Unit.knowledge())) {
    auto Await = awaitedOperation(*Site, *Operation, In, Unit);
    if (Await && isPrefix(Site->expression(), In))
      Await->Text = "(" + Await->Text + ")";
    return {Await, std::nullopt, {}};
  }
  const CXXRecordDecl *Operand = E.Awaited ? Awaitables::classOf(E.Awaited->getType()) : nullptr;
  const Expr *Call = Site ? Site->expression() : nullptr;
  if (!Operand || !canAwaitAt(Call, In, Unit) || !isEditable(Call->getSourceRange()) ||
      !Unit.awaitables().isAcceptedIn(Operand, In) || !isAwaitableAs(E.Awaited, *Operand, Unit.context()))
    return {};
  auto IsSame = [](QualType A, QualType B) {
    return !A.isNull() && !B.isNull() &&
           A.getNonReferenceType().getCanonicalType().getUnqualifiedType() ==
               B.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  };
  auto Task = sourceText(E.Awaited, Unit.context()), Written = sourceText(Call, Unit.context());
  if (!Task || !Written || hasCommentAround(*Task, *Written) ||
      !IsSame(Call->getType(), awaitResult(Operand, Unit.awaitables(), Unit.context())))
    return {};
  std::string Text = needsParentheses(E.Awaited) ? "co_await (" + *Task + ")" : "co_await " + *Task;
  if (isPrefix(Call, In))
    Text = "(" + Text + ")";
  const Rewrite Await{CharSourceRange::getTokenRange(Call->getSourceRange()), Text, {}};
  // An executor, or a loop, that is named beside the task is where it was to run: that is the author's to decide.
  const bool Alone = llvm::none_of(Site->arguments(), [&](const Expr *Argument) {
    return Argument != E.Awaited && !isa<CXXDefaultArgExpr>(Argument);
  });
  if (Alone && (!Site->object() || Site->object() == E.Awaited || isa<CXXOperatorCallExpr>(Call)))
    return {Await, std::nullopt, {}};
  return {std::nullopt, Await, "await it on the loop that runs already"};
}

} // namespace asynctidy
