// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the main file's declarations and records coroutines with the declaration that encloses each.
#include "CoroutineFinder.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace mutation {
namespace {

bool inMainFile(SourceLocation Location, const SourceManager &Sources) {
  return Location.isValid() && Location.isFileID() && Sources.isWrittenInMainFile(Location);
}

class Finder : public RecursiveASTVisitor<Finder> {
public:
  explicit Finder(ASTContext &Context) : Context(Context), Sources(Context.getSourceManager()) {}

  Coroutines Result;

  bool TraverseDecl(Decl *D) {
    if (!D || D->isImplicit())
      return true;
    const bool Scope = isa<TranslationUnitDecl, NamespaceDecl>(D) ||
                       (isa<LinkageSpecDecl>(D) && cast<LinkageSpecDecl>(D)->hasBraces());
    if (Scope)
      return RecursiveASTVisitor::TraverseDecl(D);
    const SourceLocation Begin = Sources.getExpansionLoc(D->getBeginLoc());
    if (!TopLevel && !Sources.isWrittenInMainFile(Begin))
      return true;
    // Values return to what they were when this declaration has been walked.
    Decl *const OuterTop = TopLevel, *const OuterHolder = Holder;
    const bool WasDependent = Dependent;
    if (!TopLevel)
      TopLevel = D;
    if (!Holder && isa<FunctionDecl, FunctionTemplateDecl, VarDecl, VarTemplateDecl, FieldDecl>(D))
      Holder = D;
    if (isa<TemplateDecl, ClassTemplatePartialSpecializationDecl>(D))
      Dependent = true;
    if (auto *Function = dyn_cast<FunctionDecl>(D); Function && Function->doesThisDeclarationHaveABody())
      record(*Function, isa<CXXMethodDecl>(Function) ? "method" : "function", Dependent);
    const bool Go = RecursiveASTVisitor::TraverseDecl(D);
    TopLevel = OuterTop;
    Holder = OuterHolder;
    Dependent = WasDependent;
    return Go;
  }

  bool VisitLambdaExpr(LambdaExpr *Lambda) {
    if (const FunctionDecl *Operator = Lambda->getCallOperator(); Operator && Lambda->getBody())
      record(*Operator, "lambda", Dependent || Lambda->isGenericLambda());
    return true;
  }

private:
  /// Whether \p Coroutine cannot await: a generator that its consumer runs like an iterator, as std::generator.
  static bool isSynchronous(const CoroutineBodyStmt &Coroutine) {
    const VarDecl *Promise = Coroutine.getPromiseDecl();
    return Promise && forbidsAwait(Promise->getType()->getAsCXXRecordDecl());
  }

  static bool forbidsAwait(const CXXRecordDecl *Promise) {
    return Promise && Promise->hasDefinition() &&
           (llvm::any_of(Promise->decls(),
                         [](const Decl *Member) {
                           const auto *Template = dyn_cast<FunctionTemplateDecl>(Member);
                           const auto *Method =
                               dyn_cast<CXXMethodDecl>(Template ? Template->getTemplatedDecl() : Member);
                           return Method && Method->isDeleted() && Method->getIdentifier() &&
                                  Method->getName() == "await_transform";
                         }) ||
            llvm::any_of(Promise->bases(), [](const CXXBaseSpecifier &Base) {
              return forbidsAwait(Base.getType()->getAsCXXRecordDecl());
            }));
  }

  void record(const FunctionDecl &Function, StringRef What, bool Template) {
    const auto *Outer = dyn_cast_or_null<CoroutineBodyStmt>(Function.getBody());
    const auto *Body = Outer ? dyn_cast_or_null<CompoundStmt>(Outer->getBody()) : nullptr;
    if (!Body || isSynchronous(*Outer) || !Holder || !inMainFile(Body->getLBracLoc(), Sources) ||
        !inMainFile(Body->getRBracLoc(), Sources))
      return;
    const std::optional<unsigned> Index = containerIndex();
    if (!Index)
      return;
    Result.All.push_back(
        {Body, (Template ? "template " : "") + What.str(), *Index, lazyTask(Function.getReturnType(), *Outer)});
  }

  std::string lazyTask(QualType Returned, const CoroutineBodyStmt &Coroutine) const {
    const auto *First = dyn_cast_or_null<CoroutineSuspendExpr>(
        Coroutine.getInitSuspendStmt() ? cast<Expr>(Coroutine.getInitSuspendStmt())->IgnoreImplicit() : nullptr);
    const CXXRecordDecl *Awaiter =
        First && First->getCommonExpr() ? First->getCommonExpr()->getType()->getAsCXXRecordDecl() : nullptr;
    if (!Coroutine.getFallthroughHandler() || !Awaiter || !Awaiter->isInStdNamespace() ||
        Awaiter->getName() != "suspend_always" || Returned->isDependentType() || !Returned->getAsCXXRecordDecl())
      return {};
    return Returned.getCanonicalType().getAsString(PrintingPolicy(Context.getLangOpts()));
  }

  std::optional<unsigned> containerIndex() {
    if (auto Known = Indices.find(Holder); Known != Indices.end())
      return Known->second;
    const std::optional<Span> Text = spanOf(Holder->getSourceRange(), Context);
    const std::optional<Span> Top = spanOf(TopLevel->getSourceRange(), Context);
    if (!Text || !Top)
      return std::nullopt;
    const unsigned Index = Result.Containers.size();
    Result.Containers.push_back({*Text, Top->Begin, cloneName(), Dependent});
    Indices[Holder] = Index;
    return Index;
  }

  /// A copy must be found by the same rules as the original: members defined outside their class are left alone because
  /// the copy would need a declaration inside, specializations because it would need a template to specialize.
  std::optional<Span> cloneName() const {
    const auto *Function = Holder->getAsFunction();
    if (!Function || Function->getTemplateSpecializationKind() || !Function->getIdentifier() ||
        Function->getFriendObjectKind() || Function->getLexicalDeclContext() != Function->getDeclContext() ||
        isa<CXXConstructorDecl, CXXDestructorDecl, CXXConversionDecl>(Function))
      return std::nullopt;
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Function))
      if (Method->isVirtual() || Method->getParent()->isLambda())
        return std::nullopt;
    const SourceRange Range = Function->getSourceRange();
    if (!inMainFile(Range.getBegin(), Sources) || !inMainFile(Range.getEnd(), Sources) ||
        !inMainFile(Function->getLocation(), Sources))
      return std::nullopt;
    // `ns::f` defined from outside its namespace: the copy would need a declaration inside.
    if (Function->getQualifier())
      return std::nullopt;
    return spanOf(Function->getLocation(), Context);
  }

  ASTContext &Context;
  const SourceManager &Sources;
  Decl *TopLevel = nullptr;
  Decl *Holder = nullptr;
  bool Dependent = false;
  llvm::DenseMap<const Decl *, unsigned> Indices;
};

bool returnsTrue(const FunctionDecl *Function) {
  const FunctionDecl *Definition = nullptr;
  if (!Function || !Function->hasBody(Definition))
    return false;
  const auto *Body = dyn_cast<CompoundStmt>(Definition->getBody());
  if (!Body || Body->size() != 1)
    return false;
  const auto *Return = dyn_cast<ReturnStmt>(Body->body_front());
  const auto *Value =
      Return && Return->getRetValue() ? dyn_cast<CXXBoolLiteralExpr>(Return->getRetValue()->IgnoreImplicit()) : nullptr;
  return Value && Value->getValue();
}

} // namespace

Coroutines findCoroutines(ASTContext &Context) {
  Finder Walk(Context);
  Walk.TraverseDecl(Context.getTranslationUnitDecl());
  return std::move(Walk.Result);
}

void collectSuspensions(const Stmt *S, bool OutsideTry, std::vector<const Expr *> &Found) {
  if (!S || isa<LambdaExpr>(S))
    return;
  if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S)) {
    const auto *Await = dyn_cast<CoawaitExpr>(Suspend);
    if (!Await || !Await->isImplicit())
      Found.push_back(Suspend);
    return collectSuspensions(Suspend->getOperand(), OutsideTry, Found);
  }
  if (const auto *Await = dyn_cast<DependentCoawaitExpr>(S)) {
    Found.push_back(Await);
    return collectSuspensions(Await->getOperand(), OutsideTry, Found);
  }
  if (const auto *Return = dyn_cast<CoreturnStmt>(S))
    return collectSuspensions(Return->getOperand(), OutsideTry, Found);
  // A statement in a handler cannot suspend.
  if (OutsideTry && isa<CXXTryStmt>(S))
    return;
  for (const Stmt *Child : S->children())
    collectSuspensions(Child, OutsideTry, Found);
}

bool returnsValue(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (const auto *Return = dyn_cast<CoreturnStmt>(S))
    if (const Expr *Operand = Return->getOperand(); Operand && !Operand->getType()->isVoidType())
      return true;
  return llvm::any_of(S->children(), returnsValue);
}

bool maySuspend(const Expr *Suspension) {
  const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(Suspension);
  if (!Suspend || Suspend->isTypeDependent() || !Suspend->getReadyExpr())
    return true;
  const auto *Ready = dyn_cast<CallExpr>(Suspend->getReadyExpr()->IgnoreParenImpCasts());
  return !Ready || !returnsTrue(Ready->getDirectCallee());
}

std::optional<Span> spanOf(SourceRange Range, const ASTContext &Context) {
  const SourceManager &Sources = Context.getSourceManager();
  const CharSourceRange Expanded = Sources.getExpansionRange(Range);
  if (Expanded.isInvalid() || !Sources.isWrittenInMainFile(Expanded.getBegin()) ||
      !Sources.isWrittenInMainFile(Expanded.getEnd()))
    return std::nullopt;
  const SourceLocation End = Expanded.isTokenRange()
                                 ? Lexer::getLocForEndOfToken(Expanded.getEnd(), 0, Sources, Context.getLangOpts())
                                 : Expanded.getEnd();
  if (End.isInvalid())
    return std::nullopt;
  return Span{Sources.getFileOffset(Expanded.getBegin()), Sources.getFileOffset(End)};
}

} // namespace mutation
