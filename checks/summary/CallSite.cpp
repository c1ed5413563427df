// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resolves calls and evaluates the conditions of knowledge entries on them.

#include "summary/CallSite.h"
#include "TranslationUnit.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

std::optional<CallSite> CallSite::of(const Stmt *S) {
  CallSite Site;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
    if (Construct->isElidable())
      return std::nullopt;
    Site.Callee = Construct->getConstructor();
    Site.Arguments.append(Construct->arg_begin(), Construct->arg_end());
  } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
    Site.Callee = Call->getDirectCallee();
    if (!Site.Callee)
      return std::nullopt;
    Site.Arguments.append(Call->arg_begin(), Call->arg_end());
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
      Site.Object = Member->getImplicitObjectArgument();
    } else if (isa<CXXOperatorCallExpr>(Call)) {
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Site.Callee);
          Method && Method->isInstance() && !Site.Arguments.empty()) {
        Site.Object = Site.Arguments.front();
        Site.Arguments.erase(Site.Arguments.begin());
      }
    }
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Site.Callee); Method && Method->isVirtual() && Site.Object) {
      const auto *Written = dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParens());
      if (!Written || !Written->hasQualifier()) {
        Site.Callee = Method->getDevirtualizedMethod(Site.Object, /*IsAppleKext=*/false);
        if (!Site.Callee)
          return std::nullopt;
      }
    }
  } else {
    return std::nullopt;
  }
  Site.E = cast<Expr>(S);
  return Site;
}

const Expr *CallSite::argument(int Index) const {
  if (Index == Condition::Object)
    return Object;
  return Index >= 0 && static_cast<size_t>(Index) < Arguments.size() ? Arguments[Index] : nullptr;
}

static bool isZero(const APValue &Value) {
  switch (Value.getKind()) {
  case APValue::Int:
    return Value.getInt().isZero();
  case APValue::Float:
    return Value.getFloat().isZero();
  case APValue::Struct:
    for (unsigned I = 0; I != Value.getStructNumBases(); ++I)
      if (!isZero(Value.getStructBase(I)))
        return false;
    for (unsigned I = 0; I != Value.getStructNumFields(); ++I)
      if (!isZero(Value.getStructField(I)))
        return false;
    return Value.getStructNumBases() + Value.getStructNumFields() > 0;
  default:
    return false;
  }
}

/// A zero number or duration, a zeroed structure, or a pointer to a constant one.
static bool isZero(const Expr *E, ASTContext &Context) {
  E = valueSource(E);
  if (const auto *Address = dyn_cast<UnaryOperator>(E); Address && Address->getOpcode() == UO_AddrOf)
    E = valueSource(Address->getSubExpr());
  if (const VarDecl *Variable = namedVariable(E);
      Variable && Variable->getType().isConstQualified() && Variable->getInit() && !isa<ParmVarDecl>(Variable))
    E = valueSource(Variable->getInit());
  if (E->isValueDependent() || E->isTypeDependent())
    return false;
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    for (const Expr *Init : List->inits())
      if (!isa<ImplicitValueInitExpr>(Init) && !isZero(Init, Context))
        return false;
    return true;
  }
  Expr::EvalResult Result;
  return E->EvaluateAsRValue(Result, Context) && !Result.HasSideEffects && isZero(Result.Val);
}

/// Whether \p E is written with the macro, enumerator or object \p Name.
static bool mentions(const Expr *E, llvm::StringRef Name, ASTContext &Context) {
  llvm::SmallVector<const Stmt *, 8> Pending{E};
  llvm::SmallPtrSet<const VarDecl *, 4> Expanded; // A constant may be initialised with itself, or by many.
  while (!Pending.empty()) {
    const Stmt *S = Pending.pop_back_val();
    if (!S)
      continue;
    for (SourceLocation Loc = S->getBeginLoc(); Loc.isMacroID();
         Loc = Context.getSourceManager().getImmediateMacroCallerLoc(Loc))
      if (Lexer::getImmediateMacroName(Loc, Context.getSourceManager(), Context.getLangOpts()) == Name)
        return true;
    if (const auto *Reference = dyn_cast<DeclRefExpr>(S)) {
      if (Reference->getDecl()->getDeclName().isIdentifier() && Reference->getDecl()->getName() == Name)
        return true;
      if (const auto *Variable = dyn_cast<VarDecl>(Reference->getDecl());
          Variable && Variable->getType().isConstQualified() && !isa<ParmVarDecl>(Variable) &&
          Expanded.insert(Variable).second)
        Pending.push_back(Variable->getInit());
    }
    Pending.append(S->child_begin(), S->child_end());
  }
  return false;
}

/// Whether the flags in \p E can be told: only then does the absence of a name mean anything.
static bool isKnownValue(const Expr *E, ASTContext &Context) {
  const Expr *Value = valueSource(E);
  if (Value->isValueDependent() || Value->isTypeDependent())
    return false;
  return !Value->getType()->isIntegralOrEnumerationType() || Value->isEvaluatable(Context);
}

/// Whether \p A and \p B are written alike: the same members of the same variables.
static bool isSameObject(const Expr *A, const Expr *B, const ASTContext &Context) {
  llvm::FoldingSetNodeID First, Second;
  A->IgnoreParenImpCasts()->Profile(First, Context, /*Canonical=*/true);
  B->IgnoreParenImpCasts()->Profile(Second, Context, /*Canonical=*/true);
  return First == Second;
}

/// Whether the object of \p Site was asked or waited for earlier in the same body, so that it is ready now.
static bool isKnownReady(const CallSite &Site, const Body &In, TranslationUnit &Unit) {
  if (!Site.object())
    return false;
  for (const Stmt *S : In.statements()) {
    if (S == Site.expression())
      return false;
    const auto *Earlier = dyn_cast<CXXMemberCallExpr>(S);
    if (!Earlier || !Earlier->getMethodDecl() || Earlier->getMethodDecl() == &Site.callee() ||
        !isSameObject(Earlier->getImplicitObjectArgument(), Site.object(), Unit.context()))
      continue;
    if (const FunctionFact *Fact = Unit.knowledge().function(*Earlier->getMethodDecl());
        Fact && (Fact->Blocks == BlockKind::SyncWait || Fact->WaitsForTask || Fact->Observes))
      return true;
  }
  return false;
}

static bool holds(const Condition &C, const CallSite &Site, const Body &In, TranslationUnit &Unit) {
  ASTContext &Context = Unit.context();
  if (C.What == Condition::Test::KnownReady)
    return isKnownReady(Site, In, Unit);
  const Expr *Argument = Site.argument(C.Argument);
  if (!Argument)
    return false;
  if (C.What == Condition::Test::DefaultArgument)
    return isa<CXXDefaultArgExpr>(Argument);
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(Argument))
    Argument = Default->getExpr();
  switch (C.What) {
  case Condition::Test::Zero:
    return isZero(Argument, Context);
  case Condition::Test::Null:
    return !Argument->isValueDependent() &&
           Argument->isNullPointerConstant(Context, Expr::NPC_ValueDependentIsNotNull) != Expr::NPCK_NotNull;
  case Condition::Test::Mentions:
    return mentions(Argument, C.Name, Context);
  case Condition::Test::HasType: {
    const CXXRecordDecl *Class = recordOf(Argument->IgnoreParenImpCasts()->getType());
    return Class && hasQualifiedName(*Class, C.Name);
  }
  case Condition::Test::StandardOutput:
    if (Expr::EvalResult Result; !Argument->isValueDependent() && Argument->EvaluateAsInt(Result, Context))
      return Result.Val.getInt() == 1 || Result.Val.getInt() == 2;
    return false;
  case Condition::Test::MayBeNonBlocking:
    return Unit.mayBeNonBlocking(*Argument, In);
  case Condition::Test::DefaultArgument:
  case Condition::Test::KnownReady:
    break;
  }
  return false;
}

/// Whether \p S contains the path of a file without a disk behind it.
static bool mentionsMemoryPath(const Stmt *S, const StandardTerms &Terms) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (const auto *Literal = dyn_cast<StringLiteral>(S))
    return Literal->isOrdinary() && llvm::any_of(Terms.MemoryPaths, [&](llvm::StringRef Beginning) {
             return Literal->getString().starts_with(Beginning);
           });
  return llvm::any_of(S->children(), [&](const Stmt *Child) { return mentionsMemoryPath(Child, Terms); });
}

/// Whether \p E is a string literal that names a file without a disk behind it, or a local variable made from one:
/// FILE *status = fopen("/proc/self/status", "r").
static bool isMemoryPath(const Expr *E, const StandardTerms &Terms) {
  E = valueSource(E);
  while (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    if (Construct->getNumArgs() == 0)
      return false;
    E = valueSource(Construct->getArg(0));
  }
  if (isa<StringLiteral>(E))
    return mentionsMemoryPath(E, Terms);
  if (const auto *Get = dyn_cast<CXXMemberCallExpr>(E))
    E = Get->getImplicitObjectArgument();
  const VarDecl *Variable = namedVariable(E);
  return Variable && Variable->isLocalVarDecl() && mentionsMemoryPath(Variable->getInit(), Terms);
}

bool applies(const FunctionFact &Fact, const CallSite &Site, const Body &In, TranslationUnit &Unit) {
  if (Fact.Blocks == BlockKind::File && llvm::any_of(Site.arguments(), [&](const Expr *Argument) {
        return isMemoryPath(Argument, Unit.knowledge().terms());
      }))
    return false;
  for (const Condition &C : Fact.Unless) {
    if (holds(C, Site, In, Unit))
      return false;
    const Expr *Argument = C.What == Condition::Test::Mentions ? Site.argument(C.Argument) : nullptr;
    if (Argument && !isKnownValue(Argument, Unit.context()))
      return false;
  }
  for (const Condition &C : Fact.OnlyIf)
    if (!holds(C, Site, In, Unit))
      return false;
  return true;
}

} // namespace asynctidy
