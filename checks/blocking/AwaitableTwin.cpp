// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites blocking calls into awaitable operations.

#include "blocking/AwaitableTwin.h"
#include "TranslationUnit.h"
#include "fix/CoAwait.h"
#include "fix/SourceText.h"
#include "summary/TaskWait.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include <ratio>

using namespace clang;

namespace asynctidy {

/// Whether the call stands as a statement of its own, so that nobody uses its value.
static bool isStatement(const Expr *E, const Body &In) {
  const Stmt *Child = E;
  const Stmt *Parent = In.parent(E);
  while (isa_and_nonnull<ExprWithCleanups, ImplicitCastExpr, ParenExpr, CXXBindTemporaryExpr>(Parent)) {
    Child = Parent;
    Parent = In.parent(Parent);
  }
  if (isa_and_nonnull<CompoundStmt, LabelStmt, DefaultStmt, CaseStmt>(Parent))
    return true;
  if (const auto *If = dyn_cast_or_null<IfStmt>(Parent))
    return If->getThen() == Child || If->getElse() == Child;
  if (const auto *While = dyn_cast_or_null<WhileStmt>(Parent))
    return While->getBody() == Child;
  if (const auto *For = dyn_cast_or_null<ForStmt>(Parent))
    return For->getBody() == Child;
  if (const auto *For = dyn_cast_or_null<CXXForRangeStmt>(Parent))
    return For->getBody() == Child;
  return false;
}

/// Whether \p T is a duration that does not convert by itself to the nanoseconds that clocks count in: one that counts
/// in floating point or in fractions of a nanosecond.
static bool needsDurationCast(QualType T) {
  const auto *Duration = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(T));
  if (!Duration || Duration->getTemplateArgs().size() != 2)
    return false;
  const TemplateArgument &Count = Duration->getTemplateArgs()[0], &Period = Duration->getTemplateArgs()[1];
  if (Count.getKind() != TemplateArgument::Type || Period.getKind() != TemplateArgument::Type)
    return false;
  const auto *Ratio = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(Period.getAsType()));
  if (!Ratio || Ratio->getTemplateArgs().size() != 2 ||
      Ratio->getTemplateArgs()[1].getKind() != TemplateArgument::Integral)
    return Count.getAsType()->isFloatingType();
  const int64_t Denominator = Ratio->getTemplateArgs()[1].getAsIntegral().getExtValue();
  return Count.getAsType()->isFloatingType() || Denominator <= 0 || std::nano::den % Denominator != 0;
}

std::optional<Rewrite> awaitableTwin(const CallSite &Site, const FunctionFact &Fact, const Body &In,
                                     TranslationUnit &Unit) {
  const Expr *E = Site.expression();
  if (Fact.Operation.empty() || !canAwaitAt(E, In, Unit) || !isEditable(E->getSourceRange()) || !In.task() ||
      !isStatement(E, In))
    return std::nullopt;
  const OperationFact *Twin = Unit.knowledge().operation(Fact.Operation, *In.task());
  auto Written = sourceText(E, Unit.context());
  // A comment in the call would be lost.
  if (!Twin || !Written || llvm::StringRef(*Written).contains("/*") || llvm::StringRef(*Written).contains("//"))
    return std::nullopt;
  std::string Text = Twin->Write;
  for (const auto &[Parameter, Template] : Fact.With) {
    std::string Value = Template;
    for (unsigned I = 0; I != Site.arguments().size(); ++I) {
      const std::string Index = std::to_string(I);
      if (Value.find("{" + Index + "}") == std::string::npos)
        continue;
      auto Source = sourceText(Site.arguments()[I], Unit.context());
      if (!Source || needsDurationCast(Site.arguments()[I]->getType()))
        return std::nullopt;
      Value = filledIn(Value, Index, *Source);
    }
    Text = filledIn(Text, Parameter, Value);
  }
  return Rewrite{CharSourceRange::getTokenRange(E->getSourceRange()), Text, Twin->Includes};
}

std::optional<Rewrite> offloaded(const CallSite &Site, const Body &In, TranslationUnit &Unit) {
  const Expr *E = Site.expression();
  if (!canAwaitAt(E, In, Unit) || !isEditable(E->getSourceRange()) || !In.task() || isa<CXXConstructExpr>(E))
    return std::nullopt;
  // What is handed over is no coroutine.
  if (llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) { return In.isWithin(P.Site, E); }))
    return std::nullopt;
  const OperationFact *Offload = Unit.knowledge().operation("offload", *In.task());
  auto Source = sourceText(E, Unit.context());
  if (!Offload || !Source)
    return std::nullopt;
  std::string Text = filledIn(Offload->Write, "callable", "[&] { return " + *Source + "; }");
  if (!isStatement(E, In))
    Text = "(" + Text + ")";
  return Rewrite{CharSourceRange::getTokenRange(E->getSourceRange()), Text, Offload->Includes};
}

/// Whether \p Wait gives all that its object, a std::future, holds: not only whether it is ready.
static bool givesResult(const CallSite &Wait) {
  const auto *Future = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(Wait.object()->getType()));
  if (!Future || Future->getTemplateArgs().size() != 1 ||
      Future->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return false;
  const QualType Given = Wait.expression()->getType().getCanonicalType();
  return Given->isVoidType() ||
         Given == Future->getTemplateArgs()[0].getAsType().getNonReferenceType().getCanonicalType();
}

std::optional<Rewrite> awaitedOperation(const CallSite &Wait, const CallSite &Operation, const Body &In,
                                        TranslationUnit &Unit) {
  const Expr *Call = Operation.expression(), *Whole = Wait.expression();
  const Expr *Token = futureToken(Operation, Unit.knowledge());
  const OperationFact *Other = In.task() ? Unit.knowledge().operation("token", *In.task()) : nullptr;
  // A variable that holds the future may be used for more.
  if (!Token || !Other || !Wait.object() || valueSource(Wait.object()) != Call || !givesResult(Wait) ||
      !canAwaitAt(Whole, In, Unit) || !isEditable(Whole->getSourceRange()) ||
      !isEditable(Token->getSourceRange()))
    return std::nullopt;
  auto Text = sourceText(Call, Unit.context()), TokenText = sourceText(Token, Unit.context());
  if (!Text || !TokenText)
    return std::nullopt;
  const SourceManager &Sources = Unit.context().getSourceManager();
  Text->replace(Sources.getFileOffset(Token->getBeginLoc()) - Sources.getFileOffset(Call->getBeginLoc()),
                TokenText->size(), Other->Write);
  return Rewrite{CharSourceRange::getTokenRange(Whole->getSourceRange()), "co_await " + *Text, Other->Includes};
}

} // namespace asynctidy
