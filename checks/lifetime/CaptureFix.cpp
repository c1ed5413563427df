// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes parameters for captures.

#include "lifetime/CaptureFix.h"
#include "TranslationUnit.h"
#include "fix/SourceText.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// What `this` is called as a parameter.
static constexpr llvm::StringLiteral Self = "self";

namespace {

/// One capture as a parameter and as the argument for it.
struct Moved {
  std::string Parameter, Argument;
};

/// Where something is inserted into the parentheses of a function or call.
struct Place {
  SourceLocation Loc;
  bool Others; ///< Whether something follows that needs a comma.
};

} // namespace

static std::optional<Moved> moved(const LambdaExpr &Lambda, const LambdaCapture &Capture, const ASTContext &Context) {
  if (Capture.capturesThis() && Capture.getCaptureKind() == LCK_This)
    return Moved{("auto *" + Self).str(), "this"};
  if (!Capture.capturesVariable() || Capture.isPackExpansion())
    return std::nullopt;
  const ValueDecl *Variable = Capture.getCapturedVar();
  const bool ByReference = Capture.getCaptureKind() == LCK_ByRef;
  if (Variable->getType().getNonReferenceType()->isArrayType() && !ByReference)
    return std::nullopt;
  std::string Argument = Variable->getNameAsString();
  if (Lambda.isInitCapture(&Capture)) {
    const Expr *Init = cast<VarDecl>(Variable)->getInit();
    auto Text = Init ? sourceText(Init, Context) : std::nullopt;
    if (!Text || llvm::StringRef(*Text).starts_with("{") || llvm::StringRef(*Text).starts_with("("))
      return std::nullopt;
    Argument = *Text;
  }
  return Moved{(ByReference ? "auto &" : "auto ") + Variable->getNameAsString(), Argument};
}

/// Where the first parameter of \p Lambda goes. Nothing if its parentheses are not written: C++23 has such.
static std::optional<Place> firstParameter(const LambdaExpr &Lambda) {
  const TypeSourceInfo *Written = Lambda.getCallOperator()->getTypeSourceInfo();
  const auto Function = Written ? Written->getTypeLoc().IgnoreParens().getAs<FunctionTypeLoc>() : FunctionTypeLoc();
  if (!Function || !Lambda.hasExplicitParameters() || !isEditable(Function.getParensRange()))
    return std::nullopt;
  return Place{Function.getLParenLoc().getLocWithOffset(1), Function.getNumParams() > 0};
}

/// Where the first argument of \p Call goes.
static std::optional<Place> firstArgument(const CXXOperatorCallExpr &Call, const ASTContext &Context) {
  const SourceLocation End = Call.getArg(0)->getEndLoc();
  if (!isEditable(Call.getSourceRange()))
    return std::nullopt;
  auto Next = Lexer::findNextToken(End, Context.getSourceManager(), Context.getLangOpts());
  if (!Next || Next->isNot(tok::l_paren))
    return std::nullopt;
  const bool Others = Call.getNumArgs() > 1 && !isa<CXXDefaultArgExpr>(Call.getArg(1));
  return Place{Next->getEndLoc(), Others};
}

static FixItHint insertion(const Place &At, const std::string &List) {
  return FixItHint::CreateInsertion(At.Loc, At.Others ? List + ", " : List);
}

/// Adds the edits by which the body of \p Lambda names its object \p Self; false if that cannot be written.
static bool nameObject(const LambdaExpr &Lambda, TranslationUnit &Unit, std::vector<FixItHint> &Edits) {
  const Body &Of = Unit.body(*Lambda.getCallOperator());
  for (const Stmt *S : Of.statements()) {
    if (const auto *Reference = dyn_cast<DeclRefExpr>(S);
        Reference && Reference->getDecl()->getIdentifier() && Reference->getDecl()->getName() == Self)
      return false;
    const auto *This = dyn_cast<CXXThisExpr>(S);
    if (!This)
      continue;
    const Stmt *Parent = Of.parent(This);
    while (isa_and_nonnull<ImplicitCastExpr>(Parent))
      Parent = Of.parent(Parent);
    if (Of.enclosing<LambdaExpr>(This) || This->getLocation().isMacroID())
      return false;
    if (!This->isImplicit())
      Edits.push_back(FixItHint::CreateReplacement(This->getLocation(), Self));
    else if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent); Member && isEditable(Member->getSourceRange()))
      Edits.push_back(FixItHint::CreateInsertion(Member->getBeginLoc(), (Self + "->").str()));
    else
      return false;
  }
  return true;
}

std::vector<FixItHint> capturesAsParameters(const LambdaExpr &Lambda, const CXXOperatorCallExpr &Call, const Body &In,
                                            TranslationUnit &Unit) {
  const ASTContext &Context = Unit.context();
  const auto Parameter = firstParameter(Lambda);
  const auto Argument = firstArgument(Call, Context);
  if (!Parameter || !Argument || !isEditable(Lambda.getIntroducerRange()) || In.function().isDependentContext() ||
      In.function().isTemplateInstantiation())
    return {};
  std::vector<FixItHint> Edits{FixItHint::CreateReplacement(Lambda.getIntroducerRange(), "[]")};
  std::string Parameters, Arguments;
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const auto One = moved(Lambda, Capture, Context);
    if (!One || (Capture.capturesThis() && !nameObject(Lambda, Unit, Edits)))
      return {};
    const char *Comma = Parameters.empty() ? "" : ", ";
    Parameters += Comma + One->Parameter;
    Arguments += Comma + One->Argument;
  }
  Edits.push_back(insertion(*Parameter, Parameters));
  Edits.push_back(insertion(*Argument, Arguments));
  return Edits;
}

std::optional<FixItHint> closureAsParameter(const LambdaExpr &Lambda, bool Temporary, const Body &In) {
  const auto At = firstParameter(Lambda);
  if (!At || !In.function().getASTContext().getLangOpts().CPlusPlus23 || Lambda.isMutable() ||
      Lambda.getCallOperator()->isStatic() || In.function().isTemplateInstantiation())
    return std::nullopt;
  for (const LambdaCapture &Capture : Lambda.captures()) {
    if (Capture.getCaptureKind() == LCK_ByRef || Capture.getCaptureKind() == LCK_VLAType)
      return std::nullopt;
    const CXXRecordDecl *Class =
        Capture.capturesVariable() ? recordOf(Capture.getCapturedVar()->getType().getNonReferenceType()) : nullptr;
    if (!Temporary && Class && Class->hasDefinition() &&
        (!Class->hasSimpleCopyConstructor() && llvm::none_of(Class->ctors(), [](const CXXConstructorDecl *C) {
          return C->isCopyConstructor() && !C->isDeleted();
        })))
      return std::nullopt;
  }
  return insertion(*At, "this auto");
}

} // namespace asynctidy
