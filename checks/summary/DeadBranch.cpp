// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks the conditions of a function with the constants of one call.

#include "summary/DeadBranch.h"
#include "TranslationUnit.h"
#include "clang/AST/IgnoreExpr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

/// One call of a function whose body is \p In.
class KnownCall {
public:
  KnownCall(const CallSite &Site, const Body &In, ASTContext &Context) : Site(Site), In(In), Context(Context) {}

  /// Whether this call never comes to \p S.
  bool skips(const Stmt *S) const {
    for (const Stmt *P = In.parent(S); P; S = P, P = In.parent(P))
      if (isSkipped(S, *P) && !isEntered(S))
        return true;
    return false;
  }

private:
  /// Whether \p Part of \p Whole is left out.
  bool isSkipped(const Stmt *Part, const Stmt &Whole) const {
    if (const auto *If = dyn_cast<IfStmt>(&Whole))
      return (Part == If->getThen() && value(If->getCond()) == false) ||
             (Part == If->getElse() && value(If->getCond()) == true);
    if (const auto *Loop = dyn_cast<WhileStmt>(&Whole))
      return Part == Loop->getBody() && value(Loop->getCond()) == false;
    if (const auto *Loop = dyn_cast<ForStmt>(&Whole))
      return (Part == Loop->getBody() || Part == Loop->getInc()) && value(Loop->getCond()) == false;
    if (const auto *Choice = dyn_cast<ConditionalOperator>(&Whole))
      return (Part == Choice->getTrueExpr() && value(Choice->getCond()) == false) ||
             (Part == Choice->getFalseExpr() && value(Choice->getCond()) == true);
    if (const auto *Operator = dyn_cast<BinaryOperator>(&Whole))
      return Operator->isLogicalOp() && Part == Operator->getRHS() &&
             value(Operator->getLHS()) == (Operator->getOpcode() == BO_LOr);
    if (const auto *Block = dyn_cast<CompoundStmt>(&Whole))
      return isLeftBefore(Part, *Block);
    return false;
  }

  /// `if (path.empty()) return;` somewhere before \p Part of \p Block, and no way into the block behind that.
  bool isLeftBefore(const Stmt *Part, const CompoundStmt &Block) const {
    bool Left = false;
    for (const Stmt *Child : Block.body()) {
      if (Left && isEntered(Child))
        Left = false;
      if (Child == Part)
        return Left;
      const auto *If = dyn_cast<IfStmt>(Child->stripLabelLikeStatements());
      Left |= If && leaves(If->getThen()) && value(If->getCond()) == true;
    }
    return false;
  }

  /// Whether control comes into \p S from elsewhere too: by a label, or by a case of a switch around it.
  static bool isEntered(const Stmt *S, bool InSwitch = false) {
    if (!S || isa<Expr>(S))
      return false;
    if (isa<LabelStmt>(S) || (isa<SwitchCase>(S) && !InSwitch))
      return true;
    InSwitch |= isa<SwitchStmt>(S);
    return llvm::any_of(S->children(), [&](const Stmt *Child) { return isEntered(Child, InSwitch); });
  }

  static bool leaves(const Stmt *S) {
    if (const auto *Block = dyn_cast<CompoundStmt>(S))
      return !Block->body_empty() && leaves(Block->body_back());
    if (const auto *E = dyn_cast<Expr>(S))
      S = E->IgnoreImplicit();
    return isa<ReturnStmt, CXXThrowExpr>(S);
  }

  /// What the condition \p E is in this call, as far as the arguments tell.
  std::optional<bool> value(const Expr *E) const {
    if (!E) // if consteval, for (;;)
      return std::nullopt;
    E = E->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(E); Not && Not->getOpcode() == UO_LNot) {
      const auto Inner = value(Not->getSubExpr());
      return Inner ? std::optional(!*Inner) : std::nullopt;
    }
    if (const auto *Operator = dyn_cast<BinaryOperator>(E)) {
      if (Operator->isEqualityOp())
        return compare(*Operator);
      if (!Operator->isLogicalOp())
        return std::nullopt;
      const bool Decisive = Operator->getOpcode() == BO_LOr;
      const auto Left = value(Operator->getLHS()), Right = value(Operator->getRHS());
      if (Left == Decisive || Right == Decisive)
        return Decisive;
      return Left && Right ? std::optional(!Decisive) : std::nullopt;
    }
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
      const CXXMethodDecl *Method = Call->getMethodDecl();
      const bool AsksEmpty = Method && Method->isConst() && Call->getNumArgs() == 0 && Method->getIdentifier() &&
                             Method->getName() == "empty";
      const Expr *Given = AsksEmpty ? given(Call->getImplicitObjectArgument()) : nullptr;
      return Given ? isEmpty(Given) : std::nullopt;
    }
    const Expr *Given = given(E);
    const auto Number = Given ? number(Given) : std::nullopt;
    return Number ? std::optional(*Number != 0) : std::nullopt;
  }

  std::optional<bool> compare(const BinaryOperator &Equality) const {
    const Expr *Left = given(Equality.getLHS()), *Right = given(Equality.getRHS());
    if (!Left && !Right)
      return std::nullopt;
    const auto A = number(Left ? Left : Equality.getLHS()), B = number(Right ? Right : Equality.getRHS());
    return A && B ? std::optional((*A == *B) == (Equality.getOpcode() == BO_EQ)) : std::nullopt;
  }

  /// The argument that stands for \p E, if \p E names a parameter that always keeps its value.
  const Expr *given(const Expr *E) const {
    const auto *Named = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
    const auto *Parameter = Named ? dyn_cast<ParmVarDecl>(Named->getDecl()) : nullptr;
    if (!Parameter || Parameter->getDeclContext() != &In.function() || !isKept(*Parameter))
      return nullptr;
    const Expr *Argument = Site.argument(static_cast<int>(Parameter->getFunctionScopeIndex()));
    const auto *Default = dyn_cast_or_null<CXXDefaultArgExpr>(Argument);
    if (!Default)
      return Argument;
    return Default->getParam()->hasUninstantiatedDefaultArg() ? nullptr : Default->getExpr();
  }

  bool isKept(const ParmVarDecl &Parameter) const {
    const QualType T = Parameter.getType();
    if (T->isReferenceType() || T.isConstQualified())
      return T.getNonReferenceType().isConstQualified();
    return llvm::all_of(In.statements(), [&](const Stmt *S) {
      const auto *Named = dyn_cast<DeclRefExpr>(S);
      if (!Named || Named->getDecl() != &Parameter)
        return true;
      const auto *Read = dyn_cast_or_null<ImplicitCastExpr>(In.parent(Named));
      return Read && (Read->getCastKind() == CK_LValueToRValue || Read->getType().isConstQualified());
    });
  }

  std::optional<int64_t> number(const Expr *E) const {
    if (E->isValueDependent() || E->isTypeDependent())
      return std::nullopt;
    if (E->IgnoreParenImpCasts()->isNullPointerConstant(Context, Expr::NPC_ValueDependentIsNotNull) !=
        Expr::NPCK_NotNull)
      return 0;
    Expr::EvalResult Result;
    if (!E->EvaluateAsInt(Result, Context))
      return std::nullopt;
    return Result.Val.getInt().tryExtValue();
  }

  /// Whether the string or container that \p E makes is empty. Only what the standard library's classes hold from the
  /// beginning is known.
  static std::optional<bool> isEmpty(const Expr *E) {
    // Not valueSource: that gives the literal, whatever is made of it.
    const auto *Made = dyn_cast<CXXConstructExpr>(IgnoreExprNodes(E, IgnoreCastsSingleStep, IgnoreParensSingleStep,
                                                                  IgnoreImplicitSingleStep,
                                                                  IgnoreElidableImplicitConstructorSingleStep));
    const CXXRecordDecl *Class = Made ? Made->getConstructor()->getParent() : nullptr;
    if (!Class || !Class->getIdentifier() || !isStandard(*Class))
      return std::nullopt;
    // Allocators and their like go without saying.
    auto IsWritten = [&](unsigned I) { return I < Made->getNumArgs() && !isa<CXXDefaultArgExpr>(Made->getArg(I)); };
    if (!IsWritten(0))
      return true;
    const bool IsText = llvm::is_contained({"basic_string", "basic_string_view", "path"}, Class->getName());
    const auto *Literal = IsText && !IsWritten(1) ? dyn_cast<StringLiteral>(valueSource(Made->getArg(0))) : nullptr;
    return Literal ? std::optional(Literal->getLength() == 0 || Literal->getCodeUnit(0) == 0) : std::nullopt;
  }

  /// Whether \p Class belongs to the standard library, in whatever namespace of it.
  static bool isStandard(const CXXRecordDecl &Class) {
    for (const DeclContext *D = Class.getDeclContext(); D; D = D->getParent())
      if (D->isStdNamespace())
        return true;
    return false;
  }

  const CallSite &Site;
  const Body &In;
  ASTContext &Context;
};

} // namespace

bool isRuledOut(const CallEdge &Call, const Stmt *Next, TranslationUnit &Unit) {
  const FunctionDecl &To = *Call.To;
  if (!Call.Site || !Next || To.param_empty() || !To.doesThisDeclarationHaveABody())
    return false;
  const auto Site = CallSite::of(Call.Site);
  const auto *Method = dyn_cast<CXXMethodDecl>(&To);
  // With `this auto &self` arguments and parameters are counted differently.
  return Site && !(Method && Method->isExplicitObjectMemberFunction()) &&
         Site->callee().getCanonicalDecl() == To.getCanonicalDecl() &&
         KnownCall(*Site, Unit.body(To), Unit.context()).skips(Next);
}

} // namespace asynctidy
