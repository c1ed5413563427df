// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows a value upwards to the place that drops or takes it.

#include "coroutine/Discard.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynctidy {

/// Nodes that hand on the value of their only operand.
static bool handsOn(const Stmt *P) {
  if (const auto *Cast = dyn_cast<CastExpr>(P))
    return Cast->getCastKind() == CK_NoOp || Cast->getCastKind() == CK_ConstructorConversion;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(P))
    return Construct->isElidable();
  if (const auto *Call = dyn_cast<CallExpr>(P))
    return Call->isCallToStdMove();
  return isa<ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ConstantExpr, LabelStmt,
             AttributedStmt, CaseStmt, DefaultStmt>(P);
}

const Expr *wholeDropped(const Expr *E, const Body &In) {
  const Expr *Whole = E;
  const Stmt *Child = E;
  for (const Stmt *P = In.parent(E); isa_and_nonnull<Expr>(P); Child = P, P = In.parent(P)) {
    const auto *Cast = dyn_cast<ExplicitCastExpr>(P);
    const auto *Comma = dyn_cast<BinaryOperator>(P);
    if ((Cast && Cast->getCastKind() == CK_ToVoid) || (Comma && Child == Comma->getLHS()))
      break;
    if (isa<AbstractConditionalOperator, CXXOperatorCallExpr>(P))
      return nullptr;
    if (Cast || isa<CallExpr>(P))
      Whole = cast<Expr>(P);
  }
  const ASTContext &Context = In.function().getASTContext();
  return !Whole->isLValue() && Context.hasSameType(Whole->getType(), E->getType()) ? Whole : nullptr;
}

/// Assigning to a constant object without state cannot keep anything: `std::ignore = f();`.
static bool swallows(const CXXOperatorCallExpr &Call) {
  if (Call.getOperator() != OO_Equal)
    return false;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call.getDirectCallee());
  return Method && Method->isConst() && Method->getParent()->hasDefinition() && Method->getParent()->isEmpty();
}

Discard discardOf(const Expr *E, const Body &In) {
  const Stmt *Child = E;
  for (const Stmt *P = In.parent(Child); P; Child = P, P = In.parent(P)) {
    if (const auto *Cast = dyn_cast<CastExpr>(P); Cast && Cast->getCastKind() == CK_ToVoid)
      return Discard::ToVoid;
    if (handsOn(P))
      continue;
    if (const auto *Assignment = dyn_cast<CXXOperatorCallExpr>(P))
      return swallows(*Assignment) ? Discard::ToVoid : Discard::No;
    if (const auto *Comma = dyn_cast<BinaryOperator>(P)) {
      if (!Comma->isCommaOp())
        return Discard::No;
      if (Child == Comma->getLHS())
        return Discard::Dropped;
      continue;
    }
    if (const auto *Conditional = dyn_cast<AbstractConditionalOperator>(P)) {
      if (Child == Conditional->getCond())
        return Discard::No;
      continue;
    }
    if (const auto *Block = dyn_cast<CompoundStmt>(P)) {
      const Stmt *Around = In.parent(Block);
      if (!isa_and_nonnull<StmtExpr>(Around) || Block->body_back() != Child)
        return Discard::Dropped;
      P = Around;
      continue;
    }
    if (const auto *If = dyn_cast<IfStmt>(P))
      return Child == If->getCond() ? Discard::No : Discard::Dropped;
    if (const auto *Switch = dyn_cast<SwitchStmt>(P))
      return Child == Switch->getCond() ? Discard::No : Discard::Dropped;
    if (const auto *While = dyn_cast<WhileStmt>(P))
      return Child == While->getBody() ? Discard::Dropped : Discard::No;
    if (const auto *Do = dyn_cast<DoStmt>(P))
      return Child == Do->getBody() ? Discard::Dropped : Discard::No;
    if (const auto *For = dyn_cast<ForStmt>(P))
      return Child == For->getCond() ? Discard::No : Discard::Dropped;
    if (const auto *For = dyn_cast<CXXForRangeStmt>(P))
      return Child == For->getBody() || Child == For->getInit() ? Discard::Dropped : Discard::No;
    return Discard::No;
  }
  return Discard::No;
}

bool isInSystemMacro(SourceLocation Loc, const SourceManager &Sources) {
  while (Loc.isMacroID()) {
    if (Sources.isInSystemHeader(Sources.getSpellingLoc(Loc)))
      return true;
    const SourceLocation Use = Sources.getImmediateExpansionRange(Loc).getBegin();
    if (Sources.isMacroArgExpansion(Loc)) {
      if (isInSystemMacro(Use, Sources))
        return true;
      Loc = Sources.getImmediateSpellingLoc(Loc);
    } else {
      Loc = Use;
    }
  }
  return false;
}

} // namespace asynctidy
