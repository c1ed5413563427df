// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Searches user code for the coroutines that await another one.

#include "cancellation/Waiting.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"
#include "summary/CallPath.h"

using namespace clang;

namespace asynctidy {

/// The declaration that all instantiations of a template have in common.
static const Decl *common(const FunctionDecl &F) {
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  return (Pattern ? Pattern : &F)->getCanonicalDecl();
}

namespace {
class Search : public RecursiveASTVisitor<Search> {
public:
  Search(const FunctionDecl &Target, const HandlerReader &Reader, TranslationUnit &Unit)
      : Target(common(Target)), Reader(Reader), Unit(Unit) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseDecl(Decl *D) {
    const SourceManager &Sources = Unit.context().getSourceManager();
    if (D && !isa<TranslationUnitDecl>(D) && Sources.isInSystemHeader(Sources.getExpansionLoc(D->getLocation())))
      return true;
    return RecursiveASTVisitor::TraverseDecl(D);
  }
  bool VisitLambdaExpr(LambdaExpr *Lambda) { return visitBody(Lambda->getCallOperator()); }
  bool VisitFunctionDecl(FunctionDecl *F) { return isLambdaCallOperator(F) || visitBody(F); }

  Waiting result() const {
    Waiting Result = Found;
    Result.OnlyInTests = Used && !UsedElsewhere;
    return Result;
  }

private:
  bool visitBody(const FunctionDecl *F) {
    if (!F->doesThisDeclarationHaveABody() || F->isInvalidDecl())
      return true;
    const Body &In = Unit.body(*F);
    for (const Stmt *S : In.statements())
      if (const auto *Reference = dyn_cast<DeclRefExpr>(S))
        use(Reference->getDecl(), *F);
      else if (const auto *Member = dyn_cast<MemberExpr>(S))
        use(Member->getMemberDecl(), *F);
    for (const SuspensionPoint &P : In.suspensions())
      if (Found.GoesOn.isInvalid() && P.What == SuspensionPoint::Kind::Await && calls(P.Operand) &&
          aftermathOf(*P.Site, In, Reader, Unit.awaitables()).goesOn())
        Found.GoesOn = P.Site->getBeginLoc();
    return true;
  }

  void use(const ValueDecl *D, const FunctionDecl &In) {
    const auto *F = dyn_cast<FunctionDecl>(D);
    if (!F || common(*F) != Target)
      return;
    Used = true;
    UsedElsewhere |= !isTestCode(In, Unit.knowledge());
  }

  bool calls(const Stmt *S) const {
    if (!S || isa<LambdaExpr>(S))
      return false;
    if (const auto *Call = dyn_cast<CallExpr>(S))
      if (const FunctionDecl *Callee = Call->getDirectCallee(); Callee && common(*Callee) == Target)
        return true;
    return llvm::any_of(S->children(), [&](const Stmt *Child) { return calls(Child); });
  }

  const Decl *Target;
  const HandlerReader &Reader;
  TranslationUnit &Unit;
  Waiting Found;
  bool Used = false;
  bool UsedElsewhere = false;
};
} // namespace

Waiting waitingFor(const FunctionDecl &F, const HandlerReader &Reader, TranslationUnit &Unit) {
  Search Uses(F, Reader, Unit);
  Uses.TraverseDecl(Unit.context().getTranslationUnitDecl());
  return Uses.result();
}

} // namespace asynctidy
