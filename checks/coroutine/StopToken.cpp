// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises stop tokens and reads how they are used.

#include "coroutine/StopToken.h"
#include "TranslationUnit.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// Whether \p Method answers whether to stop: `bool stop_requested() const`.
static bool isQuestion(const CXXMethodDecl &Method, const Knowledge &Facts) {
  return Method.getIdentifier() && Method.param_empty() && Method.getReturnType()->isBooleanType() &&
         llvm::is_contained(Facts.terms().StopTests, Method.getName());
}

/// A class named a token that answers whether to stop, and has no member that asks for it, as a source has.
static bool hasTokenShape(const CXXRecordDecl &Class, const Knowledge &Facts) {
  if (!Class.getIdentifier() || !Class.getName().contains_insensitive("token"))
    return false;
  bool Answers = false;
  for (const CXXMethodDecl *Method : Class.methods()) {
    Answers |= isQuestion(*Method, Facts);
    if (!Method->isConst() && !Method->isStatic() && Method->getIdentifier() && Method->getReturnType()->isVoidType())
      return false;
  }
  return Answers;
}

std::optional<StopToken> stopToken(QualType T, const Knowledge &Facts) {
  const CXXRecordDecl *Class = T.isNull() ? nullptr : recordOf(T);
  if (!Class)
    return std::nullopt;
  if (const TypeFact *Fact = Facts.typeOrBase(*Class))
    return Fact->StopToken ? std::optional(StopToken{Class, false}) : std::nullopt;
  if (Facts.isDescribed(*Class) || Class->isInStdNamespace() || !Class->hasDefinition() ||
      !hasTokenShape(*Class->getDefinition(), Facts))
    return std::nullopt;
  return StopToken{Class, true};
}

//===-- What a coroutine does with its token ------------------------------------------------------------------===//

TokenUses::TokenUses(const ParmVarDecl &Token, const Body &In, TranslationUnit &Unit)
    : In(In), Sources(Unit.context().getSourceManager()) {
  for (const Stmt *S : In.statements()) {
    if (const auto *Name = dyn_cast<DeclRefExpr>(S); Name && Name->getDecl() == &Token) {
      Sites.push_back(Name);
      switch (useAt(*Name, Unit)) {
      case Use::Asks:
        Questions.push_back(Name);
        break;
      case Use::Passes:
        break;
      case Use::Other:
        Plain = false;
      }
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCapturedVar() == &Token) {
          Sites.push_back(Lambda);
          Plain = false;
        }
    }
  }
}

TokenUses::Use TokenUses::useAt(const DeclRefExpr &Site, TranslationUnit &Unit) const {
  const Stmt *Child = &Site;
  // Copied for a parameter by value, moved, or its address taken: it is still passed.
  for (const Stmt *P = In.parent(&Site); P; Child = P, P = In.parent(P)) {
    if (const auto *Member = dyn_cast<MemberExpr>(P)) {
      const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(In.parent(Member));
      const bool Asks =
          Call && Call->getNumArgs() == 0 && (Call->getType()->isBooleanType() || Call->getType()->isVoidType());
      return Asks ? Use::Asks : Use::Other;
    }
    const auto *Call = dyn_cast<CallExpr>(P);
    if (Call && !Call->isCallToStdMove())
      return Unit.awaitables().isAwaitable(Call->getType()) && Child != Call->getCallee() ? Use::Passes : Use::Other;
    const auto *Construct = dyn_cast<CXXConstructExpr>(P);
    const bool Copies = Construct && Construct->getConstructor()->isCopyOrMoveConstructor();
    if (Construct && !Copies)
      return Unit.awaitables().isAwaitable(Construct->getType()) ? Use::Passes : Use::Other;
    const auto *Operator = dyn_cast<UnaryOperator>(P);
    if (!Copies && !Call && !isa<ImplicitCastExpr, ParenExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr>(P) &&
        !(Operator && (Operator->getOpcode() == UO_AddrOf || Operator->getOpcode() == UO_Deref)))
      return Use::Other;
  }
  return Use::Other;
}

bool TokenUses::mayHaveStoppedAt(const Stmt *S) const {
  return llvm::any_of(Questions, [&](const Stmt *Question) { return hasStopped(Question, S); });
}

/// Whether \p S, the branch after a question, ends the coroutine. \p Loop is set where it only ends a loop.
static bool leaves(const Stmt *S, const BreakStmt *&Break) {
  if (const auto *Block = dyn_cast_or_null<CompoundStmt>(S))
    S = Block->body_empty() ? nullptr : Block->body_back();
  if (const auto *E = dyn_cast_or_null<Expr>(S))
    S = E->IgnoreImplicit()->IgnoreParens();
  Break = dyn_cast_or_null<BreakStmt>(S);
  return isa_and_nonnull<CoreturnStmt, CXXThrowExpr, BreakStmt, ContinueStmt>(S);
}

/// Whether what was asked at \p Question may have been answered with yes where \p S runs.
bool TokenUses::hasStopped(const Stmt *Question, const Stmt *S) const {
  const Stmt *Child = Question, *Owner = In.parent(Question);
  while (Owner && isa<Expr>(Owner))
    Child = std::exchange(Owner, In.parent(Owner));
  // `token.throw_if_cancelled();` ends the coroutine by itself.
  if (isa_and_nonnull<CompoundStmt>(Owner))
    return false;
  const bool Before = Sources.isBeforeInTranslationUnit(Question->getBeginLoc(), S->getBeginLoc());
  if (!Owner || !Before)
    return false;
  if (isLoop(Owner))
    return !In.isWithin(S, Owner);
  const auto *If = dyn_cast<IfStmt>(Owner);
  if (!If || In.isWithin(S, If))
    return true;
  const BreakStmt *Break = nullptr;
  if (!leaves(If->getThen(), Break))
    return true;
  return Break && !In.isWithin(S, In.leftBy(*Break));
}

} // namespace asynctidy
