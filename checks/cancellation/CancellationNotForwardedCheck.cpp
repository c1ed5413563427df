// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds coroutines that keep to themselves that they are to stop.

#include "cancellation/CancellationNotForwardedCheck.h"
#include "cancellation/Aftermath.h"
#include "fix/SourceText.h"
#include "summary/CallPath.h"
#include "summary/References.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/Attr.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

CancellationNotForwardedCheck::CancellationNotForwardedCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                                             std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      AllowedFunctions(*this, "AllowedFunctions", {},
                       "functions that need not be given a token, and coroutines that need not use theirs, as "
                       "`name -> reason`"),
      UnusedTokens(*this, "UnusedTokens", true, "report tokens that a coroutine never uses"),
      InferTokens(*this, "InferTokens", true, "take classes nobody described for stop tokens by name and members"),
      CheckTests(*this, "CheckTests", false, "look at coroutines written in test cases too") {}

void CancellationNotForwardedCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const ParmVarDecl *Token = nullptr;
  for (const ParmVarDecl *Parameter : F.parameters())
    if (const auto Found = stopToken(Parameter->getType(), Unit.knowledge());
        Found && (!Found->Inferred || *InferTokens) && Parameter->getIdentifier()) {
      if (Token)
        return; // Which of them is for what, only the author knows.
      Token = Parameter;
    }
  if (!Token || find(*AllowedFunctions, F))
    return;
  const Body &In = Unit.body(F);
  if (!In.isCoroutine() || !Unit.awaitables().isAsynchronous(In) || (!*CheckTests && isTestCode(F, Unit)))
    return;
  const TokenUses Uses(*Token, In, Unit);
  if (!checkCalls(*Token, Uses, In, Unit) && Uses.isUnused() && *UnusedTokens)
    checkUnused(*Token, In, Unit);
}

/// Whether what \p P awaits has something to do with a stop token, apart from default arguments and what is awaited
/// before.
static bool mentionsToken(const SuspensionPoint &P, const Body &In, const Knowledge &Facts) {
  return llvm::any_of(In.statements(), [&](const Stmt *S) {
    const auto *Part = dyn_cast<Expr>(S);
    return Part && In.isWithin(Part, P.Operand) && In.enclosing<CoawaitExpr>(Part) == P.Site &&
           stopToken(Part->getType(), Facts) && !isa<CXXDefaultArgExpr>(Part) && !In.enclosing<CXXDefaultArgExpr>(Part);
  });
}

/// The co_await that waits for what \p Call gives; null if there is none, or somebody in between takes it away: to run
/// it by itself, or to shield it.
static const Expr *awaitOf(const Expr *Call, const Body &In, const Knowledge &Facts) {
  for (const Stmt *P = In.parent(Call); P; P = In.parent(P)) {
    if (isa<CoawaitExpr>(P))
      return cast<Expr>(P);
    if (!isa<Expr>(P))
      return nullptr;
    const auto Taker = CallSite::of(P);
    const FunctionFact *Fact = Taker ? Facts.function(Taker->callee()) : nullptr;
    if (!Taker)
      continue;
    const IdentifierInfo *Name = Taker->callee().getIdentifier();
    const bool ByTerm = !Fact && Name &&
                        (llvm::is_contained(Facts.terms().Spawning, Name->getName()) ||
                         llvm::is_contained(Facts.terms().Shielding, Name->getName()));
    if (ByTerm || (Fact && (Fact->Spawns || Fact->Detaches || Fact->Shields)))
      return nullptr;
  }
  return nullptr;
}

/// Reports the calls that \p Token is to be passed to. Whether there are any, allowed ones too.
bool CancellationNotForwardedCheck::checkCalls(const ParmVarDecl &Token, const TokenUses &Uses, const Body &In,
                                               TranslationUnit &Unit) {
  const Knowledge &Facts = Unit.knowledge();
  const CXXRecordDecl &Class = *stopToken(Token.getType(), Facts)->Class;
  if (!Uses.isUnused() && !Uses.isOnlyAskedAndPassed())
    return false;
  bool Found = false;
  for (const SuspensionPoint &P : In.suspensions()) {
    if (P.What != SuspensionPoint::Kind::Await || mentionsToken(P, In, Facts) || Uses.mayHaveStoppedAt(P.Site) ||
        isTearDown(P.Operand, Unit.awaitables(), Facts))
      continue;
    for (const Stmt *S : In.statements()) {
      const auto Site = In.isWithin(S, P.Operand) ? CallSite::of(S) : std::nullopt;
      if (!Site || !Unit.awaitables().isAwaitable(Site->expression()->getType()) ||
          awaitOf(Site->expression(), In, Facts) != P.Site ||
          // An overload that awaits the other one.
          Site->callee().getDeclName() == In.function().getDeclName())
        continue;
      if (const auto Slot = tokenSlot(*Site, Class, In, Facts)) {
        if (!find(*AllowedFunctions, Site->callee()))
          reportCall(*Site, *Slot, Token, In, Unit);
        Found = true;
      }
    }
  }
  return Found;
}

/// `, token` where \p Slot of the call \p Site is.
static std::optional<FixItHint> passed(const CallSite &Site, const TokenSlot &Slot, const ParmVarDecl &Token,
                                       const Body &In, const ASTContext &Context) {
  const auto *Call = dyn_cast<CallExpr>(Site.expression());
  const SourceLocation End = Call ? Call->getRParenLoc() : SourceLocation();
  const QualType Type = Slot.Parameter->getType();
  if (!Call || isa<CXXOperatorCallExpr>(Call) || In.function().isTemplateInstantiation() ||
      !isEditable(Call->getSourceRange()) || Type->isRValueReferenceType())
    return std::nullopt;
  std::string Text = Token.getName().str();
  const QualType Own = Token.getType();
  if (Type->isPointerType() && !Own->isPointerType())
    Text = "&" + Text;
  else if (!Type->isPointerType() && Own->isPointerType())
    Text = "*" + Text;
  const QualType Wanted = Type->isPointerType() ? Type->getPointeeType() : Type.getNonReferenceType();
  const QualType Given = Own->isPointerType() ? Own->getPointeeType() : Own.getNonReferenceType();
  if ((Type->isPointerType() || Type->isReferenceType()) && Given.isConstQualified() && !Wanted.isConstQualified())
    return std::nullopt;
  const unsigned At = Slot.Parameter->getFunctionScopeIndex();
  const auto Arguments = Site.arguments();
  for (unsigned I = 0; I != std::min<size_t>(At, Arguments.size()); ++I)
    if (isa<CXXDefaultArgExpr>(Arguments[I]))
      return std::nullopt; // One before it would have to be written as well.
  if (At > Arguments.size())
    return std::nullopt;
  if (At < Arguments.size() && !isa<CXXDefaultArgExpr>(Arguments[At]))
    return isEditable(Arguments[At]->getSourceRange())
               ? std::optional(FixItHint::CreateInsertion(Arguments[At]->getBeginLoc(), Text + ", "))
               : std::nullopt;
  if (End.isInvalid() || End.isMacroID())
    return std::nullopt;
  if (At == 0)
    return FixItHint::CreateInsertion(End, Text);
  const SourceLocation After =
      Lexer::getLocForEndOfToken(Arguments[At - 1]->getEndLoc(), 0, Context.getSourceManager(), Context.getLangOpts());
  return After.isValid() ? std::optional(FixItHint::CreateInsertion(After, ", " + Text)) : std::nullopt;
}

static std::string describe(const FunctionDecl &F) {
  return isLambdaCallOperator(&F) ? "a coroutine lambda" : "coroutine '" + F.getNameAsString() + "'";
}

void CancellationNotForwardedCheck::reportCall(const CallSite &Site, const TokenSlot &Slot, const ParmVarDecl &Token,
                                               const Body &In, TranslationUnit &Unit) {
  {
    auto Finding =
        report(Site.expression()->getExprLoc(), "%0 takes a stop token, and %1 does not pass its own, %2, on to it");
    if (!Finding)
      return;
    *Finding << &Site.callee() << describe(In.function()) << &Token;
    if (auto Fix = passed(Site, Slot, Token, In, Unit.context()))
      *Finding << *Fix;
  }
  if (Slot.Defaulted)
    note(Slot.Parameter->getLocation(), "this parameter is left at its default");
  else
    note(Slot.Function->getLocation(), "this overload takes it");
  noteInference(Token, Unit);
}

void CancellationNotForwardedCheck::noteInference(const ParmVarDecl &Token, TranslationUnit &Unit) {
  if (const auto Found = stopToken(Token.getType(), Unit.knowledge()); Found->Inferred)
    note(Token.getLocation(), "%0 is taken for a stop token, because of its name and members") << Found->Class;
}

/// Whether the text of \p F names \p Token anywhere else than where it declares it: in code that is not compiled here,
/// in a macro that comes to nothing, in a comment.
static bool isInText(const ParmVarDecl &Token, const FunctionDecl &F, const SourceManager &Sources,
                     const LangOptions &Language) {
  const llvm::StringRef Name = Token.getName();
  llvm::StringRef Text =
      Lexer::getSourceText(CharSourceRange::getTokenRange(F.getBody()->getSourceRange()), Sources, Language);
  auto IsWord = [](char C) { return isAsciiIdentifierContinue(C); };
  for (size_t At = Text.find(Name); At != llvm::StringRef::npos; At = Text.find(Name, At + 1))
    if ((At == 0 || !IsWord(Text[At - 1])) && (At + Name.size() == Text.size() || !IsWord(Text[At + Name.size()])))
      return true;
  return false;
}

/// Whether somebody else decides which parameters \p F has: a base class, or whoever it is given to.
static bool hasToHave(const FunctionDecl &F, TranslationUnit &Unit) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (isLambdaCallOperator(&F) || F.isOverloadedOperator() || (Method && Method->isVirtual()) || F.isMain())
    return true;
  return llvm::any_of(Unit.references().of(F), [&](const References::Use &Use) {
    const auto *Call = dyn_cast_or_null<CallExpr>(Unit.body(*Use.In).significantParent(Use.Site));
    return !Call || !Unit.body(*Use.In).isWithin(Use.Site, Call->getCallee());
  });
}

void CancellationNotForwardedCheck::checkUnused(const ParmVarDecl &Token, const Body &In, TranslationUnit &Unit) {
  const FunctionDecl &F = In.function();
  const ASTContext &Context = Unit.context();
  const auto *First = llvm::find_if(In.suspensions(), [&](const SuspensionPoint &P) {
    return P.What == SuspensionPoint::Kind::Await && Unit.awaitables().maySuspend(P);
  });
  // What a template does with it, its instantiations show.
  if (First == In.suspensions().end() || F.isDependentContext() || Token.hasAttr<UnusedAttr>() ||
      isInText(Token, F, Context.getSourceManager(), Context.getLangOpts()) || hasToHave(F, Unit))
    return;
  {
    auto Finding = report(Token.getLocation(), "%0 never uses its stop token %1");
    if (!Finding)
      return;
    *Finding << describe(F) << &Token;
  }
  note(First->Site->getExprLoc(), "whoever stops it waits until this is over");
  noteInference(Token, Unit);
}

} // namespace asynctidy
