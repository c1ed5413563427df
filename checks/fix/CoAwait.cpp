// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes co_await and spawn edits.

#include "fix/CoAwait.h"
#include "coroutine/AwaitResult.h"
#include "fix/SourceText.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

bool canAwaitAt(const Expr *At, const Body &In, TranslationUnit &Unit) {
  const bool Locked = llvm::any_of(In.localsAliveAt(At),
                                   [&](const VarDecl *Variable) { return Unit.locks().isGuard(Variable->getType()); });
  return In.isCoroutine() && !Locked && !In.isInHandler(At) && !isInStaticInitialiser(In, At) &&
         !In.enclosing<CXXDefaultArgExpr>(At) && !In.function().isTemplateInstantiation();
}

static std::optional<std::string> awaitText(const Expr *E, const ASTContext &Context) {
  auto Text = sourceText(E, Context);
  return Text ? std::optional(needsParentheses(E) ? "co_await (" + *Text + ")" : "co_await " + *Text) : std::nullopt;
}

std::optional<FixItHint> awaited(const Expr *E, const CXXRecordDecl &Operand, const Body &In, TranslationUnit &Unit) {
  if (!canAwaitAt(E, In, Unit) || !isEditable(E->getSourceRange()) || !Unit.awaitables().isAcceptedIn(&Operand, In) ||
      Unit.awaitables().isAwaitable(awaitResult(&Operand, Unit.awaitables(), Unit.context())))
    return std::nullopt;
  if (!needsParentheses(E))
    return FixItHint::CreateInsertion(E->getBeginLoc(), "co_await ");
  auto Text = awaitText(E, Unit.context());
  return Text ? std::optional(FixItHint::CreateReplacement(E->getSourceRange(), *Text)) : std::nullopt;
}

/// Whether the type of \p Variable is `auto` and nothing more, apart from const and references: no constraint that
/// the result of awaiting need not meet, no class template whose arguments are deduced.
static bool isPlainAuto(const VarDecl &Variable) {
  const QualType Written = Variable.getType().getNonReferenceType().getUnqualifiedType();
  const auto *Auto = dyn_cast<AutoType>(Written.getTypePtr());
  return Auto && !Auto->isConstrained() && !Auto->isDecltypeAuto();
}

std::optional<FixItHint> awaitedInitialiser(const VarDecl &Variable, const Expr *E, const CXXRecordDecl &Operand,
                                            const Body &In, TranslationUnit &Unit) {
  const QualType Result = awaitResult(&Operand, Unit.awaitables(), Unit.context());
  const DeclStmt *Declaration = In.declarationOf(Variable);
  if (Result.isNull() || !isPlainAuto(Variable) || valueSource(Variable.getInit()) != E || !Declaration ||
      !Declaration->isSingleDecl())
    return std::nullopt;
  auto Await = awaited(E, Operand, In, Unit);
  if (!Await || !Result->isVoidType())
    return Await;
  auto Text = awaitText(E, Unit.context());
  if (!Text || !isEditable(Declaration->getSourceRange()) || !isa_and_nonnull<CompoundStmt>(In.parent(Declaration)))
    return std::nullopt;
  return FixItHint::CreateReplacement(Declaration->getSourceRange(), *Text + ";");
}

std::optional<FixItHint> spawned(const Expr *E, const CXXRecordDecl &Operand, const Body &In, TranslationUnit &Unit) {
  if (In.function().isTemplateInstantiation() || In.enclosing<CXXDefaultArgExpr>(E))
    return std::nullopt;
  // Nobody would take a result, and not every library's function for it takes an operation that has one.
  const QualType Result = awaitResult(&Operand, Unit.awaitables(), Unit.context());
  if (Result.isNull() || !Result->isVoidType())
    return std::nullopt;
  const OperationFact *Spawn = Unit.knowledge().operation("spawn", Operand);
  auto Text = sourceText(E, Unit.context());
  if (!Spawn || !Text ||
      llvm::any_of(Spawn->Includes, [&](const std::string &Header) { return !Unit.includes(Header); }))
    return std::nullopt;
  const std::string Written = filledIn(Spawn->Write, "task", *Text);
  if (filledIn(Spawn->Write, "task", "").find('{') != std::string::npos)
    return std::nullopt; // It needs something that is not at hand here.
  if (llvm::StringRef(Written).contains("co_await ") && !canAwaitAt(E, In, Unit))
    return std::nullopt;
  return FixItHint::CreateReplacement(E->getSourceRange(), Written);
}

} // namespace asynctidy
