// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Classifies the uses of variables.

#include "coroutine/VariableUse.h"
#include "clang/AST/DeclCXX.h"
#include "coroutine/Discard.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

static bool isPlainNumber(QualType T) { return T->isArithmeticType() || T->isEnumeralType(); }

/// Whether calling \p Method can only look at the object: `bool ready() const`, or for containers any member that
/// deals in numbers alone (size(), reserve(n), clear()).
static bool onlyLooks(const CXXMethodDecl &Method, const Knowledge &Facts) {
  if (const FunctionFact *Fact = Facts.function(Method); Fact && (Fact->Observes || Fact->Stores))
    return Fact->Observes;
  const QualType Result = Method.getReturnType().getNonReferenceType();
  if (Method.isConst() && Method.param_empty() && Result->isBooleanType())
    return true;
  return Method.getParent()->isInStdNamespace() && (Result->isVoidType() || isPlainNumber(Result)) &&
         llvm::all_of(Method.parameters(), [](const ParmVarDecl *P) { return isPlainNumber(P->getType()); });
}

/// \p E with what only renames it around it: parentheses, casts to its own class, std::move.
static const Expr *wholeName(const Expr *E, const Body &In) {
  for (;;) {
    const Stmt *P = In.significantParent(E);
    if (const auto *Call = dyn_cast_or_null<CallExpr>(P); Call && Call->isCallToStdMove())
      E = Call;
    else if (const auto *Cast = dyn_cast_or_null<CastExpr>(P); Cast && Cast->getCastKind() == CK_NoOp)
      E = Cast;
    else
      return E;
  }
}

static VariableUse classify(const DeclRefExpr *Site, const Body &In, const Knowledge &Facts) {
  using Kind = VariableUse::Kind;
  const Expr *Name = wholeName(Site, In);
  switch (discardOf(Name, In)) {
  case Discard::Dropped:
    return {Site, Kind::Drops, nullptr};
  case Discard::ToVoid:
    return {Site, Kind::ToVoid, nullptr};
  case Discard::No:
    break;
  }
  const Stmt *P = In.significantParent(Name);
  if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(P);
      Operator && Operator->getOperator() == OO_Equal && Operator->getNumArgs() == 2 &&
      namedVariable(Operator->getArg(0)) == Site->getDecl() && In.isWithin(Site, Operator->getArg(0)) &&
      discardOf(Operator, In) != Discard::No)
    return {Site, Kind::Assigns, Operator};
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(P)) {
    const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(In.significantParent(Member));
    const CXXMethodDecl *Method = Call && Call->getCallee()->IgnoreParens() == Member ? Call->getMethodDecl() : nullptr;
    if (Method && onlyLooks(*Method, Facts))
      return {Site, Kind::Observes, Call};
    if (const FunctionFact *Fact = Method ? Facts.function(*Method) : nullptr; Fact && Fact->Stores)
      return {Site, Kind::Stores, Call};
  }
  return {Site, Kind::Consumes, nullptr, Name != Site};
}

/// The variables that the body of a lambda names, however deep; in templates not all of them are captures yet.
static void namedIn(const Stmt *S, llvm::function_ref<void(const ValueDecl &)> Visit) {
  if (!S)
    return;
  if (const auto *Reference = dyn_cast<DeclRefExpr>(S))
    Visit(*Reference->getDecl());
  for (const Stmt *Child : S->children())
    namedIn(Child, Visit);
}

VariableUses::VariableUses(llvm::ArrayRef<const ValueDecl *> Variables, const Body &In, const Knowledge &Facts) {
  if (Variables.empty())
    return;
  for (const ValueDecl *Variable : Variables)
    Found.try_emplace(Variable);
  for (const Stmt *S : In.statements()) {
    if (const auto *Site = dyn_cast<DeclRefExpr>(S)) {
      if (auto Entry = Found.find(Site->getDecl()); Entry != Found.end())
        Entry->second.push_back(classify(Site, In, Facts));
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      namedIn(Lambda->getBody(), [&](const ValueDecl &Named) {
        if (auto Entry = Found.find(&Named); Entry != Found.end())
          Entry->second.push_back({Lambda, VariableUse::Kind::Consumes, nullptr});
      });
    }
  }
}

llvm::ArrayRef<VariableUse> VariableUses::of(const ValueDecl &Variable) const {
  auto Entry = Found.find(&Variable);
  return Entry == Found.end() ? llvm::ArrayRef<VariableUse>() : Entry->second;
}

const VarDecl *declaredBy(const ValueDecl &Variable) {
  const auto *Binding = dyn_cast<BindingDecl>(&Variable);
  return cast<VarDecl>(Binding ? Binding->getDecomposedDecl() : &Variable);
}

} // namespace asynctidy
