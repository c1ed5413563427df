// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports what dies while a task still refers to it.

#include "lifetime/DanglingParameterCheck.h"
#include "fix/ByValue.h"
#include "lifetime/BorrowNotes.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

DanglingParameterCheck::DanglingParameterCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                               std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      TrustDeclarations(*this, "TrustDeclarations", true,
                        "take a function whose body is not visible, and which returns a task that starts when it is "
                        "awaited, for a coroutine that uses what it is given by reference") {}

/// Whether the task with the fate \p Fate may run when what \p B borrows is gone.
static bool outlivesLoan(const Borrow &B, const TaskFate &Fate, TaskFates &Fates) {
  if (B.From.What == Origin::Kind::Temporary)
    return TaskFates::outlivesExpression(Fate) == Outlives::Yes;
  return B.From.Variable && Fates.outlives(Fate, *B.From.Variable) == Outlives::Yes;
}

void DanglingParameterCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  if (F.isDependentContext())
    return;
  const Body &In = Unit.body(F);
  std::optional<TaskFates> Fates;
  for (const Stmt *S : In.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call || !Call->isPRValue() || !Unit.awaitables().isAwaitable(Call->getType()))
      continue;
    std::vector<Borrow> Dying = Unit.borrows().ofCall(*Call, In);
    const bool WithClosure = llvm::any_of(Dying, [](const Borrow &B) { return B.How == Borrow::By::Closure; });
    llvm::erase_if(Dying, [&](const Borrow &B) {
      // Objects and closures are what async-dangling-this and async-capturing-lambda are about.
      const bool Ours = B.How == Borrow::By::Argument || (B.How == Borrow::By::Capture && !WithClosure);
      return !Ours || !dies(B) || (!B.Use && !*TrustDeclarations);
    });
    if (Dying.empty())
      continue;
    if (!Fates)
      Fates.emplace(In, Unit);
    const TaskFate Fate = Fates->of(*Call);
    // A function that returns such a task is what async-dangling-task is about.
    if (Fate.What == TaskFate::Kind::Returned && !In.isCoroutine())
      continue;
    for (const Borrow &B : Dying)
      if (outlivesLoan(B, Fate, *Fates))
        reportArgument(B, Fate, In, Unit);
  }
}

/// Where the scope of \p Local ends.
static SourceLocation endOfScope(const VarDecl &Local, const Body &In) {
  const Stmt *Scope = scopeOf(Local, In);
  return Scope ? Scope->getEndLoc() : SourceLocation();
}

void DanglingParameterCheck::reportArgument(const Borrow &B, const TaskFate &Fate, const Body &In,
                                            TranslationUnit &Unit) {
  const ASTContext &Context = Unit.context();
  const SourceLocation Loc = isa<CXXDefaultArgExpr>(B.Site) ? B.Call->getBeginLoc() : B.Site->getBeginLoc();
  {
    auto Finding = report(Loc, "%0 dies before the task that %select{may refer|refers}1 to it has ended");
    if (!Finding)
      return;
    *Finding << describe(B, Context) << (B.Use != nullptr);
  }
  explain(B, [&](SourceLocation At, const std::string &Text) { note(At, "%0") << Text; });
  if (B.From.What == Origin::Kind::Temporary)
    note(Loc, "it dies at the end of the statement");
  else if (const SourceLocation End = endOfScope(*B.From.Variable, In); End.isValid())
    note(End, "%0 dies here") << B.From.Variable;
  if (Fate.Where && Fate.What == TaskFate::Kind::Awaited)
    note(Fate.Where->getBeginLoc(), "the task is awaited here");
  else if (Fate.Where && Fate.What == TaskFate::Kind::Background)
    note(Fate.Where->getBeginLoc(), "from here on the task runs by itself");
  if (const ParmVarDecl *Parameter = B.How == Borrow::By::Argument ? B.Parameter : nullptr)
    if (const std::vector<FixItHint> Edits = takenByValue(*Parameter, Unit); !Edits.empty()) {
      auto Note = note(Parameter->getLocation(), "take %0 by value, so that the coroutine keeps a copy of its own");
      Note << Parameter;
      for (const FixItHint &Edit : Edits)
        Note << Edit;
    }
}

} // namespace asynctidy
