// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns conditions and arguments of the AST into guards and constants.

#include "summary/GuardReader.h"
#include "clang/AST/IgnoreExpr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

static std::optional<int64_t> number(const Expr *E, ASTContext &Context) {
  if (E->isValueDependent() || E->isTypeDependent())
    return std::nullopt;
  if (E->IgnoreParenImpCasts()->isNullPointerConstant(Context, Expr::NPC_ValueDependentIsNotNull) != Expr::NPCK_NotNull)
    return 0;
  Expr::EvalResult Result;
  if (!E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  return Result.Val.getInt().tryExtValue();
}

/// Whether \p Class belongs to the standard library, in whatever namespace of it.
static bool isStandard(const CXXRecordDecl &Class) {
  for (const DeclContext *D = Class.getDeclContext(); D; D = D->getParent())
    if (D->isStdNamespace())
      return true;
  return false;
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

namespace {

/// The guards of one function.
class GuardReader {
public:
  explicit GuardReader(const Body &In) : In(In), Context(In.function().getASTContext()) {}

  std::vector<Guard> guards(const Stmt *S) {
    for (const Stmt *P = In.parent(S); P; S = P, P = In.parent(P))
      if (!isEntered(S))
        visit(S, *P);
    return std::move(Found);
  }

private:
  /// What leaves \p Part of \p Whole out.
  void visit(const Stmt *Part, const Stmt &Whole) {
    if (const auto *If = dyn_cast<IfStmt>(&Whole)) {
      if (Part == If->getThen() || Part == If->getElse())
        add(If->getCond(), Part != If->getThen());
    } else if (const auto *Loop = dyn_cast<WhileStmt>(&Whole)) {
      if (Part == Loop->getBody())
        add(Loop->getCond(), false);
    } else if (const auto *Loop = dyn_cast<ForStmt>(&Whole)) {
      if (Part == Loop->getBody() || Part == Loop->getInc())
        add(Loop->getCond(), false);
    } else if (const auto *Choice = dyn_cast<ConditionalOperator>(&Whole)) {
      if (Part == Choice->getTrueExpr() || Part == Choice->getFalseExpr())
        add(Choice->getCond(), Part != Choice->getTrueExpr());
    } else if (const auto *Operator = dyn_cast<BinaryOperator>(&Whole)) {
      if (Operator->isLogicalOp() && Part == Operator->getRHS())
        add(Operator->getLHS(), Operator->getOpcode() == BO_LOr);
    } else if (const auto *Block = dyn_cast<CompoundStmt>(&Whole)) {
      visitBlock(Part, *Block);
    }
  }

  /// `if (path.empty()) return;` somewhere before \p Part of \p Block, and no way into the block behind that.
  void visitBlock(const Stmt *Part, const CompoundStmt &Block) {
    const size_t Before = Found.size();
    for (const Stmt *Child : Block.body()) {
      if (isEntered(Child))
        Found.resize(Before);
      if (Child == Part)
        return;
      const auto *If = dyn_cast<IfStmt>(Child->stripLabelLikeStatements());
      if (If && leaves(If->getThen()))
        add(If->getCond(), true);
    }
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

  void add(const Expr *Asked, bool Skips) {
    ParameterCondition Read = read(Asked);
    if (Read.What != ParameterCondition::Kind::Unknown)
      Found.push_back({std::move(Read), Skips});
  }

  /// \p E as far as it asks for parameters.
  ParameterCondition read(const Expr *E) const {
    if (!E) // if consteval, for (;;)
      return {};
    E = E->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(E); Not && Not->getOpcode() == UO_LNot) {
      ParameterCondition Inner = read(Not->getSubExpr());
      if (Inner.What == ParameterCondition::Kind::Unknown)
        return {};
      ParameterCondition Read;
      Read.What = ParameterCondition::Kind::Not;
      Read.Parts.push_back(std::move(Inner));
      return Read;
    }
    if (const auto *Operator = dyn_cast<BinaryOperator>(E)) {
      if (Operator->isEqualityOp())
        return readEquality(*Operator);
      if (!Operator->isLogicalOp())
        return {};
      ParameterCondition Read;
      Read.Parts = {read(Operator->getLHS()), read(Operator->getRHS())};
      if (llvm::any_of(Read.Parts,
                       [](const ParameterCondition &Part) { return Part.What != ParameterCondition::Kind::Unknown; }))
        Read.What = Operator->getOpcode() == BO_LOr ? ParameterCondition::Kind::Or : ParameterCondition::Kind::And;
      return Read;
    }
    ParameterCondition Read;
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
      const CXXMethodDecl *Method = Call->getMethodDecl();
      const bool AsksEmpty = Method && Method->isConst() && Call->getNumArgs() == 0 && Method->getIdentifier() &&
                             Method->getName() == "empty";
      Read.Left.Parameter = AsksEmpty ? parameter(Call->getImplicitObjectArgument()) : -1;
      Read.What = ParameterCondition::Kind::Empty;
    } else {
      Read.Left.Parameter = parameter(E);
      Read.What = ParameterCondition::Kind::True;
    }
    return Read.Left.Parameter < 0 ? ParameterCondition() : Read;
  }

  ParameterCondition readEquality(const BinaryOperator &Equality) const {
    ParameterCondition Read;
    Read.Left = operand(Equality.getLHS());
    Read.Right = operand(Equality.getRHS());
    if ((Read.Left.Parameter < 0 && Read.Right.Parameter < 0) || (Read.Left.Parameter < 0 && !Read.Left.Number) ||
        (Read.Right.Parameter < 0 && !Read.Right.Number))
      return {};
    Read.What = ParameterCondition::Kind::Equal;
    if (Equality.getOpcode() == BO_EQ)
      return Read;
    ParameterCondition Unequal;
    Unequal.What = ParameterCondition::Kind::Not;
    Unequal.Parts.push_back(std::move(Read));
    return Unequal;
  }

  ParameterCondition::Operand operand(const Expr *E) const {
    const int Parameter = parameter(E);
    return {Parameter, Parameter < 0 ? number(E, Context) : std::nullopt};
  }

  /// The index of the parameter that \p E names, if it always keeps its value; -1 for anything else.
  int parameter(const Expr *E) const {
    const auto *Named = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
    const auto *Parameter = Named ? dyn_cast<ParmVarDecl>(Named->getDecl()) : nullptr;
    return Parameter && Parameter->getDeclContext() == &In.function() && isKept(*Parameter)
               ? static_cast<int>(Parameter->getFunctionScopeIndex())
               : -1;
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

  const Body &In;
  ASTContext &Context;
  std::vector<Guard> Found;
};

} // namespace

std::vector<Guard> guardsOf(const Stmt *S, const Body &In) {
  const FunctionDecl &F = In.function();
  if (!S || F.param_empty())
    return {};
  return GuardReader(In).guards(S);
}

std::vector<Known> knownArguments(const CallSite &Site, const FunctionDecl &Callee, ASTContext &Context) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  // With `this auto &self` arguments and parameters are counted differently.
  if (Callee.param_empty() || (Method && Method->isExplicitObjectMemberFunction()) ||
      Site.callee().getCanonicalDecl() != Callee.getCanonicalDecl())
    return {};
  std::vector<Known> Found;
  for (unsigned I = 0; I != Callee.getNumParams(); ++I) {
    const Expr *Given = Site.argument(static_cast<int>(I));
    if (const auto *Default = dyn_cast_or_null<CXXDefaultArgExpr>(Given))
      Given = Default->getParam()->hasUninstantiatedDefaultArg() ? nullptr : Default->getExpr();
    if (!Given)
      continue;
    Known Argument{I, number(Given, Context), isEmpty(Given)};
    if (Argument.Number || Argument.Empty)
      Found.push_back(std::move(Argument));
  }
  return Found;
}

} // namespace asynctidy
