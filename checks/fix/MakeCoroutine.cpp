// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the returns of a coroutine.

#include "fix/MakeCoroutine.h"
#include "fix/SourceText.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace asynctidy {

static bool canBeCoroutine(const FunctionDecl &F) {
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(F) || F.isMain() || F.isConstexprSpecified() || F.isConsteval() ||
      F.isVariadic() || F.isTemplateInstantiation() || F.isDependentContext())
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (Method && Method->getParent()->isLambda() && Method->getParent()->capture_size() != 0)
    return false; // Its closure need not live as long as its task.
  return !F.getDeclaredReturnType()->getContainedDeducedType();
}

std::vector<FixItHint> madeCoroutine(const Body &In, TranslationUnit &Unit) {
  const FunctionDecl &F = In.function();
  const ASTContext &Context = Unit.context();
  const CXXRecordDecl *Task = Awaitables::classOf(F.getReturnType());
  if (In.isCoroutine() || !canBeCoroutine(F) || !Unit.awaitables().isAwaitable(Task) ||
      !Unit.awaitables().canBeReturned(Task) || Unit.awaitables().yieldsValues(Task))
    return {};
  std::vector<FixItHint> Edits;
  for (const Stmt *S : In.statements()) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    if (!Return)
      continue;
    const Expr *Value = Return->getRetValue() ? Return->getRetValue()->IgnoreUnlessSpelledInSource() : nullptr;
    if (!Value || !isa<CallExpr>(Value) || !Value->isPRValue() || Awaitables::classOf(Value->getType()) != Task ||
        !isEditable(Return->getSourceRange()) || !isEditable(Value->getSourceRange()) || In.isInHandler(Return))
      return {};
    Edits.push_back(FixItHint::CreateReplacement(
        CharSourceRange::getTokenRange(Return->getReturnLoc(), Return->getReturnLoc()), "co_return co_await"));
    if (needsParentheses(Value)) {
      Edits.push_back(FixItHint::CreateInsertion(Value->getBeginLoc(), "("));
      Edits.push_back(FixItHint::CreateInsertion(
          Lexer::getLocForEndOfToken(Value->getEndLoc(), 0, Context.getSourceManager(), Context.getLangOpts()), ")"));
    }
  }
  return Edits;
}

} // namespace asynctidy
