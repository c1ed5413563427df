// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Classifies the uses of variables.

#include "coroutine/VariableUse.h"
#include "coroutine/Discard.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

static bool isPlainNumber(QualType T) { return T->isArithmeticType() || T->isEnumeralType(); }

/// Whether \p S calls something for what it does: a call that gives nothing.
static bool acts(const Stmt *S) {
  const auto *Call = dyn_cast_or_null<CallExpr>(S);
  return (Call && Call->getType()->isVoidType()) || (S && llvm::any_of(S->children(), acts));
}

/// Whether calling \p Method only asks about the object: `bool ready() const`, unless its body is seen to do something
/// (a const member can resume the coroutine behind a handle); or for containers any member that deals in numbers alone
/// (size(), reserve(n), clear()).
static bool onlyAsks(const CXXMethodDecl &Method, const Knowledge &Facts) {
  if (const FunctionFact *Fact = Facts.function(Method); Fact && (Fact->Observes || Fact->Stores))
    return Fact->Observes;
  const QualType Result = Method.getReturnType().getNonReferenceType();
  if (Method.isConst() && Method.param_empty() && Result->isBooleanType())
    return !acts(Method.getBody());
  return Method.getParent()->isInStdNamespace() && (Result->isVoidType() || isPlainNumber(Result)) &&
         llvm::all_of(Method.parameters(), [](const ParmVarDecl *P) { return isPlainNumber(P->getType()); });
}

/// Whether \p E is an empty object: `{}`, `task<>()`, a null pointer, or a constant without state such as the
/// standard library's for empty optionals. Assigning it gives up what was there on purpose.
static bool isEmptyObject(const Expr *E) {
  E = valueSource(E);
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return List->getNumInits() == 0;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    return Construct->getNumArgs() == 0 || (Construct->getNumArgs() == 1 && valueSource(Construct->getArg(0)) != E &&
                                            isEmptyObject(Construct->getArg(0)));
  if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
    const CXXRecordDecl *Class =
        Reference->getType().isConstQualified() ? Reference->getType()->getAsCXXRecordDecl() : nullptr;
    return Class && Class->hasDefinition() && Class->isEmpty();
  }
  return isa<CXXScalarValueInitExpr, CXXNullPtrLiteralExpr>(E);
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
    return {Site, isEmptyObject(Operator->getArg(1)) ? Kind::Consumes : Kind::Assigns, Operator};
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(P)) {
    const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(In.significantParent(Member));
    const CXXMethodDecl *Method = Call && Call->getCallee()->IgnoreParens() == Member ? Call->getMethodDecl() : nullptr;
    if (Method && onlyAsks(*Method, Facts))
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

/// The name that the reference \p Local is bound to; null if it is no reference or bound to something else.
static const DeclRefExpr *boundName(const VarDecl &Local) {
  const Expr *Init = Local.getType()->isReferenceType() && Local.hasLocalStorage() && !isa<DecompositionDecl>(Local)
                         ? Local.getInit()
                         : nullptr;
  return Init ? dyn_cast<DeclRefExpr>(Init->IgnoreParenImpCasts()) : nullptr;
}

VariableUses::VariableUses(llvm::ArrayRef<const ValueDecl *> Variables, const Body &In, const Knowledge &Facts) {
  if (Variables.empty())
    return;
  for (const ValueDecl *Variable : Variables)
    Found.try_emplace(Variable);
  // A reference is another name: what is done with it is done with the variable.
  llvm::DenseMap<const ValueDecl *, const ValueDecl *> Aliases;
  llvm::DenseSet<const DeclRefExpr *> Naming;
  auto Named = [&](const ValueDecl *Name) {
    const ValueDecl *Variable = Aliases.lookup(Name);
    return Found.find(Variable ? Variable : Name);
  };
  for (const VarDecl *Local : In.locals())
    if (const DeclRefExpr *Target = boundName(*Local))
      if (auto Entry = Named(Target->getDecl()); Entry != Found.end()) {
        Aliases[Local] = Entry->first;
        Naming.insert(Target);
      }
  for (const Stmt *S : In.statements()) {
    if (const auto *Site = dyn_cast<DeclRefExpr>(S)) {
      if (auto Entry = Named(Site->getDecl()); Entry != Found.end())
        Entry->second.push_back(Naming.count(Site) ? VariableUse{Site, VariableUse::Kind::Drops, nullptr}
                                                   : classify(Site, In, Facts));
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      namedIn(Lambda->getBody(), [&](const ValueDecl &Name) {
        if (auto Entry = Named(&Name); Entry != Found.end())
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
