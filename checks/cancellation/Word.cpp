// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Collects what a handler and its try block set, and evaluates conditions with it.

#include "cancellation/Word.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// The two sides of a plain assignment.
static std::pair<const Expr *, const Expr *> assignment(const Stmt *S) {
  if (const auto *Operator = dyn_cast<BinaryOperator>(S); Operator && Operator->getOpcode() == BO_Assign)
    return {Operator->getLHS(), Operator->getRHS()};
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
      Call && Call->getOperator() == OO_Equal && Call->getNumArgs() == 2)
    return {Call->getArg(0), Call->getArg(1)};
  return {};
}

static std::optional<bool> literal(const Expr *E) {
  const auto *Literal = E ? dyn_cast<CXXBoolLiteralExpr>(E->IgnoreParenCasts()) : nullptr;
  return Literal ? std::optional(Literal->getValue()) : std::nullopt;
}

static bool mentions(const Stmt *S, llvm::function_ref<bool(const Stmt *)> Is) {
  return S && !isa<LambdaExpr>(S) &&
         (Is(S) || llvm::any_of(S->children(), [&](const Stmt *Child) { return mentions(Child, Is); }));
}

static bool isQuestion(const CXXConversionDecl &Conversion) { return Conversion.getConversionType()->isBooleanType(); }

/// Whether a \p T that was not set is false: a pointer, or what can be asked like one.
static bool isFalseIfUnset(QualType T) {
  if (T->isPointerType())
    return true;
  const CXXRecordDecl *Record = T->isReferenceType() ? nullptr : T->getAsCXXRecordDecl();
  return Record && Record->hasDefinition() &&
         llvm::any_of(const_cast<CXXRecordDecl *>(Record)->getVisibleConversionFunctions(), [](const NamedDecl *D) {
           const auto *Conversion = dyn_cast<CXXConversionDecl>(D->getUnderlyingDecl());
           return Conversion && isQuestion(*Conversion);
         });
}

Word::Word(const CXXTryStmt &Try, const CXXCatchStmt &Handler, const Body &In) {
  SourceLocation Last;
  for (const SuspensionPoint &P : In.suspensionsIn(Try)) {
    Last = P.Site->getBeginLoc();
    const auto *Call = dyn_cast<CallExpr>(P.Operand->IgnoreUnlessSpelledInSource());
    if (!Call)
      continue;
    if (const auto *OfMember = dyn_cast<CXXMemberCallExpr>(Call))
      if (const ValueDecl *Object = namedObject(OfMember->getImplicitObjectArgument()))
        Objects.insert(Object);
    for (const Expr *Argument : Call->arguments())
      if (const ValueDecl *Object = Argument->isLValue() ? namedObject(Argument) : nullptr)
        Arguments.insert(Object);
  }
  if (Last.isValid())
    readTry(Try.getTryBlock(), In.function().getASTContext().getSourceManager(), Last);
  constexpr unsigned MaximalDepth = 2;
  readHandler(Handler.getHandlerBlock(), /*Certain=*/true, MaximalDepth);
}

void Word::readTry(const Stmt *S, const SourceManager &Sources, SourceLocation LastAwait) {
  if (!S || isa<LambdaExpr>(S))
    return;
  const auto [Target, Value] = assignment(S);
  const ValueDecl *D = namedObject(Target);
  if (D && !Sources.isBeforeInTranslationUnit(Value->getEndLoc(), LastAwait)) {
    std::optional<bool> Unset = literal(Value);
    const auto *Variable = dyn_cast<VarDecl>(D);
    if (Unset)
      Unset = !*Unset;
    else if (isFalseIfUnset(D->getType()) || (Variable && literal(Variable->getInit()) == false))
      Unset = false;
    Entries.try_emplace(D, Entry{Unset, false});
  }
  for (const Stmt *Child : S->children())
    readTry(Child, Sources, LastAwait);
}

void Word::readHandler(const Stmt *S, bool Certain, unsigned Depth) {
  if (!S || isa<LambdaExpr>(S))
    return;
  if (const auto [Target, Value] = assignment(S); const ValueDecl *D = namedObject(Target)) {
    // What is made from its own value counts or waits longer.
    if (!mentions(Value, [&](const Stmt *Part) { return namedObject(dyn_cast<Expr>(Part)) == D; })) {
      const auto Before = Entries.find(D);
      const bool Same = Before == Entries.end() || !Before->second.ByHandler || Before->second.Value == literal(Value);
      Entries[D] = {Certain && Same ? literal(Value) : std::nullopt, true};
    }
  } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S)) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    const FunctionDecl *Definition = nullptr;
    if (Method && !Method->isConst() && !Method->isStatic()) {
      if (!isa<CXXThisExpr>(Call->getImplicitObjectArgument()->IgnoreParenImpCasts())) {
        if (const ValueDecl *D = namedObject(Call->getImplicitObjectArgument()))
          Entries.try_emplace(D, Entry{});
      } else if (!Method->isDefined(Definition)) {
        OwnState = true;
      } else if (Depth != 0 && !isa_and_nonnull<CoroutineBodyStmt>(Definition->getBody())) {
        readHandler(Definition->getBody(), Certain, Depth - 1);
      }
    }
  }
  const bool Conditional =
      isa<IfStmt, SwitchStmt, WhileStmt, ForStmt, CXXForRangeStmt, CXXTryStmt, AbstractConditionalOperator>(S);
  for (const Stmt *Child : S->children())
    readHandler(Child, Certain && !Conditional, Depth);
}

const Word::Entry *Word::entry(const Stmt *S) const {
  if (!isa<DeclRefExpr, MemberExpr>(S))
    return nullptr;
  const auto Found = Entries.find(namedObject(cast<Expr>(S)));
  return Found == Entries.end() ? nullptr : &Found->second;
}

static bool isOwnField(const Stmt *S) {
  const auto *Member = dyn_cast<MemberExpr>(S);
  return Member && isa<FieldDecl>(Member->getMemberDecl()) &&
         isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts());
}

bool Word::isIn(const Stmt *S) const {
  return mentions(S, [&](const Stmt *Part) { return entry(Part) || (OwnState && isOwnField(Part)); });
}

bool Word::isSetByHandler(const Stmt *S) const {
  return mentions(S, [&](const Stmt *Part) {
    const Entry *Found = entry(Part);
    return (Found && Found->ByHandler) || (OwnState && isOwnField(Part));
  });
}

bool Word::isKnown(const Stmt *S) const {
  const Entry *Found = entry(S);
  return Found && Found->Value;
}

std::optional<bool> Word::truth(const Expr *Condition) const {
  const Expr *E = Condition ? valueSource(Condition)->IgnoreParenImpCasts() : nullptr;
  if (!E)
    return std::nullopt;
  if (const auto Value = literal(E))
    return Value;
  if (const auto *Not = dyn_cast<UnaryOperator>(E); Not && Not->getOpcode() == UO_LNot) {
    const auto Value = truth(Not->getSubExpr());
    return Value ? std::optional(!*Value) : std::nullopt;
  }
  if (const auto *Both = dyn_cast<BinaryOperator>(E); Both && Both->isLogicalOp()) {
    const auto First = truth(Both->getLHS()), Second = truth(Both->getRHS());
    const bool Decides = Both->getOpcode() == BO_LOr;
    if (First == Decides || Second == Decides)
      return Decides;
    return First && Second ? std::optional(!Decides) : std::nullopt;
  }
  if (const auto *Compare = dyn_cast<BinaryOperator>(E); Compare && Compare->isEqualityOp()) {
    const auto First = truth(Compare->getLHS()), Second = truth(Compare->getRHS());
    return First && Second ? std::optional((*First == *Second) == (Compare->getOpcode() == BO_EQ)) : std::nullopt;
  }
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E))
    if (const auto *Conversion = dyn_cast_or_null<CXXConversionDecl>(Call->getMethodDecl());
        Conversion && isQuestion(*Conversion))
      return truth(Call->getImplicitObjectArgument());
  if (const VarDecl *Variable = namedVariable(E))
    if (const auto Found = Entries.find(Variable); Found != Entries.end())
      return Found->second.Value;
  const Entry *Found = entry(E);
  return Found ? Found->Value : std::nullopt;
}

bool Word::asksObject(const Expr *Condition, bool Whether) const {
  const Expr *E = Condition ? Condition->IgnoreUnlessSpelledInSource() : nullptr;
  if (!E)
    return false;
  if (const auto *Not = dyn_cast<UnaryOperator>(E); Not && Not->getOpcode() == UO_LNot)
    return asksObject(Not->getSubExpr(), !Whether);
  if (const auto *Both = dyn_cast<BinaryOperator>(E); Both && Both->isLogicalOp())
    return asksObject(Both->getLHS(), Whether) || asksObject(Both->getRHS(), Whether);
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
  if (!Whether || !Call || Call->getNumArgs() != 0 || !Call->getType()->isBooleanType())
    return false;
  const ValueDecl *Object = namedObject(Call->getImplicitObjectArgument());
  return Object && (Objects.contains(Object) || (Arguments.contains(Object) && Call->getMethodDecl()->isConst()));
}

} // namespace asynctidy
