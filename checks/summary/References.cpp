// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Collects the uses of functions.

#include "summary/References.h"
#include "TranslationUnit.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace asynctidy {

const Decl *commonDeclaration(const FunctionDecl &F) {
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  return (Pattern ? Pattern : &F)->getCanonicalDecl();
}

bool isInTestScope(const FunctionDecl &F, const Knowledge &Facts) {
  for (const DeclContext *D = &F; D && !D->isFileContext(); D = D->getParent()) {
    const auto *Named = dyn_cast<NamedDecl>(D);
    if (Named && Named->getIdentifier() && matchesTerm(Named->getName(), Facts.terms().TestScopes))
      return true;
  }
  return false;
}

class References::Collector : public RecursiveASTVisitor<Collector> {
public:
  Collector(References &Into, TranslationUnit &Unit) : Into(Into), Unit(Unit) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseDecl(Decl *D) {
    const SourceManager &Sources = Unit.context().getSourceManager();
    if (D && !isa<TranslationUnitDecl>(D)) {
      const SourceLocation Loc = Sources.getExpansionLoc(D->getLocation());
      if (Sources.isInSystemHeader(Loc) || (isa<NamedDecl>(D) && !isa<NamespaceDecl>(D) &&
                                            Unit.knowledge().isDescribed(*D) && !Sources.isInMainFile(Loc)))
        return true;
    }
    return RecursiveASTVisitor::TraverseDecl(D);
  }
  bool VisitLambdaExpr(LambdaExpr *Lambda) { return collect(*Lambda->getCallOperator()); }
  bool VisitFunctionDecl(FunctionDecl *F) { return isLambdaCallOperator(F) || collect(*F); }

private:
  bool collect(const FunctionDecl &F) {
    if (!F.doesThisDeclarationHaveABody() || F.isInvalidDecl())
      return true;
    Into.Functions.push_back(&F);
    Into.Tests = Into.Tests || (isInTestScope(F, Unit.knowledge()) && isInMainFile(F));
    for (const Stmt *S : Unit.body(F).statements())
      if (const auto *Reference = dyn_cast<DeclRefExpr>(S))
        add(Reference->getDecl(), {&F, Reference});
      else if (const auto *Member = dyn_cast<MemberExpr>(S))
        add(Member->getMemberDecl(), {&F, Member});
    return true;
  }
  bool isInMainFile(const FunctionDecl &F) const {
    const SourceManager &Sources = Unit.context().getSourceManager();
    return Sources.isInMainFile(Sources.getExpansionLoc(F.getLocation()));
  }
  void add(const ValueDecl *Named, Use Where) {
    if (const auto *F = dyn_cast<FunctionDecl>(Named))
      Into.Found[commonDeclaration(*F)].push_back(Where);
  }

  References &Into;
  TranslationUnit &Unit;
};

References::References(TranslationUnit &Unit) {
  Collector(*this, Unit).TraverseDecl(Unit.context().getTranslationUnitDecl());
  const SourceManager &Sources = Unit.context().getSourceManager();
  const auto MainFile = Sources.getFileEntryRefForID(Sources.getMainFileID());
  if (!Tests || !MainFile)
    return;
  const llvm::StringRef Path = MainFile->getName();
  const llvm::StringRef Directory = llvm::sys::path::filename(llvm::sys::path::parent_path(Path));
  Tests = llvm::sys::path::filename(Path).contains_insensitive("test") || Directory.contains_insensitive("test");
}

llvm::ArrayRef<References::Use> References::of(const FunctionDecl &F) const {
  auto Entry = Found.find(commonDeclaration(F));
  return Entry == Found.end() ? llvm::ArrayRef<Use>() : llvm::ArrayRef<Use>(Entry->second);
}

} // namespace asynctidy
