// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports returned tasks that refer to what dies with the function.

#include "lifetime/DanglingTaskCheck.h"
#include "fix/MakeCoroutine.h"
#include "lifetime/BorrowNotes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

DanglingTaskCheck::DanglingTaskCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                     std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      TrustDeclarations(*this, "TrustDeclarations", true,
                        "take a function whose body is not visible, and which returns a task that starts when it is "
                        "awaited, for a coroutine that uses what it is given by reference") {}

void DanglingTaskCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  if (F.isDependentContext() || !Unit.awaitables().isAwaitable(F.getReturnType()))
    return;
  const Body &In = Unit.body(F);
  if (In.isCoroutine())
    return;
  for (const Stmt *S : In.statements()) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    if (!Return || !Return->getRetValue())
      continue;
    std::vector<Borrow> Dying = Unit.borrows().ofValue(Return->getRetValue(), In);
    llvm::SmallPtrSet<const CallExpr *, 2> WithClosure;
    for (const Borrow &B : Dying)
      if (B.How == Borrow::By::Closure && dies(B))
        WithClosure.insert(B.Call);
    llvm::erase_if(Dying, [&](const Borrow &B) {
      // A closure that dies with what it captured is what async-capturing-lambda is about.
      const bool OfClosure =
          B.How == Borrow::By::Closure || (B.How == Borrow::By::Capture && WithClosure.count(B.Call));
      return !dies(B) || OfClosure || (!B.Use && !*TrustDeclarations);
    });
    if (!Dying.empty())
      reportReturned(*Return->getRetValue(), Dying, In, Unit);
  }
}

void DanglingTaskCheck::reportReturned(const Expr &Value, llvm::ArrayRef<Borrow> Dying, const Body &In,
                                       TranslationUnit &Unit) {
  const ASTContext &Context = Unit.context();
  const Borrow &First = Dying.front();
  const SourceLocation Loc = First.Site->getBeginLoc().isValid() ? First.Site->getBeginLoc() : Value.getBeginLoc();
  {
    auto Finding = report(Loc, "the task that is returned %select{may still need|needs}0 %1, which dies when "
                               "%select{this function|the statement}2 ends");
    if (!Finding)
      return;
    *Finding << (First.Use != nullptr) << describe(First, Context) << (First.From.What == Origin::Kind::Temporary);
  }
  explain(First, [&](SourceLocation At, const std::string &Text) { note(At, "%0") << Text; });
  if (First.From.Variable)
    note(First.From.Variable->getLocation(), "%0 does not live longer than %1")
        << First.From.Variable << &In.function();
  llvm::SmallPtrSet<const VarDecl *, 4> Told{First.From.Variable};
  for (const Borrow &Other : Dying.drop_front())
    if (Other.From.Variable && Told.insert(Other.From.Variable).second)
      note(Other.Site->getBeginLoc(), "it needs %0, too") << describe(Other, Context);
  if (const std::vector<FixItHint> Edits = madeCoroutine(In, Unit); !Edits.empty()) {
    auto Note = note(In.function().getLocation(), "make %0 a coroutine, whose frame keeps what its task needs");
    Note << &In.function();
    for (const FixItHint &Edit : Edits)
      Note << Edit;
  }
}

} // namespace asynctidy
