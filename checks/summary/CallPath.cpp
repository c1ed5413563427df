// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where code runs, and how a chain of calls is told.

#include "summary/CallPath.h"
#include "TranslationUnit.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

void LoopCode::forEach(const FunctionDecl &F, TranslationUnit &Unit,
                       llvm::function_ref<void(const LoopCode &)> Visit) {
  Summaries &Functions = Unit.summaries();
  const FunctionSummary &Own = Functions.of(F);
  const HandedOver *Handing = isLambdaCallOperator(&F) ? Functions.handingOf(F) : nullptr;
  const Place Where = Handing ? Handing->How.Where : Place::Unknown;
  if (Own.IsCoroutine && !Unit.awaitables().isAsynchronous(Unit.body(F)))
    return;
  if (Own.IsCoroutine ? Where != Place::Elsewhere : Where == Place::Loop)
    Visit(LoopCode(F, Own.IsCoroutine, Own.IsCoroutine ? nullptr : Handing));
  // A named function that is handed to a loop is judged where that is seen.
  for (const HandedOver &Handed : Own.Handed) {
    const FunctionDecl *Definition = nullptr;
    if (Handed.How.Where == Place::Loop && Handed.Callable->isDefined(Definition) && Definition &&
        !isLambdaCallOperator(Definition) && isTransparent(*Definition, Unit) &&
        !Unit.body(*Definition).isCoroutine())
      Visit(LoopCode(*Definition, false, &Handed));
  }
}

std::string LoopCode::describe() const {
  if (isLambdaCallOperator(&Function))
    return Coroutine ? "a coroutine lambda" : "a callback of the event loop";
  return (Coroutine ? "coroutine '" : "event loop callback '") + Function.getNameAsString() + "'";
}

bool LoopCode::contains(const FunctionDecl &F) const {
  const FunctionDecl *Current = &F;
  while (Current && Current != &Function && isLambdaCallOperator(Current))
    Current = dyn_cast<FunctionDecl>(cast<CXXMethodDecl>(Current)->getParent()->getDeclContext());
  return Current == &Function;
}

std::string describe(const CallEdge &Step) {
  if (isLambdaCallOperator(Step.To))
    return "a lambda";
  const auto *Method = dyn_cast<CXXMethodDecl>(Step.To);
  if (Method && Step.How == CallEdge::Kind::Destructor)
    return "the destructor of '" + Method->getParent()->getNameAsString() + "'";
  if (Method && Step.How == CallEdge::Kind::Constructor)
    return "the constructor of '" + Method->getParent()->getNameAsString() + "'";
  return "'" + Step.To->getNameAsString() + "'";
}

const CallEdge *leavingStep(const Witness &W, const LoopCode &Root) {
  if (Root.contains(*W.What->In))
    return nullptr;
  for (const CallEdge *Step : llvm::reverse(W.Path))
    if (Root.contains(*Step->From))
      return Step;
  return nullptr;
}

//===-- What runs once ----------------------------------------------------------------------------------------===//

static bool matchesTerm(llvm::StringRef Name, const std::vector<std::string> &Terms) {
  return llvm::any_of(Terms, [&](llvm::StringRef Term) {
    return Term.consume_back("*") ? Name.starts_with(Term) : Name == Term;
  });
}

bool isTestCode(const FunctionDecl &F, const Knowledge &Facts) {
  for (const DeclContext *D = &F; D && !D->isFileContext(); D = D->getParent()) {
    const auto *Named = dyn_cast<NamedDecl>(D);
    if (Named && Named->getIdentifier() && matchesTerm(Named->getName(), Facts.terms().TestScopes))
      return true;
  }
  return false;
}

static bool isInMain(const FunctionDecl &F) {
  for (const DeclContext *D = &F; D && !D->isFileContext(); D = D->getParent())
    if (const auto *Function = dyn_cast<FunctionDecl>(D); Function && Function->isMain())
      return true;
  return false;
}

namespace {
/// Finds who refers to a function in user code.
class Referrers : public RecursiveASTVisitor<Referrers> {
public:
  Referrers(const FunctionDecl &Target, TranslationUnit &Unit) : Target(Target.getCanonicalDecl()), Unit(Unit) {}
  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseDecl(Decl *D) {
    const SourceManager &Sources = Unit.context().getSourceManager();
    if (D && !isa<TranslationUnitDecl>(D) && Sources.isInSystemHeader(Sources.getExpansionLoc(D->getLocation())))
      return true;
    return RecursiveASTVisitor::TraverseDecl(D);
  }
  bool VisitFunctionDecl(FunctionDecl *F) {
    if (!F->doesThisDeclarationHaveABody() || F->isDependentContext())
      return true;
    const Body &In = Unit.body(*F);
    for (const Stmt *S : In.statements())
      if (const auto *Reference = dyn_cast<DeclRefExpr>(S)) {
        if (Reference->getDecl()->getCanonicalDecl() == Target)
          Found.push_back({F, In.enclosingLoop(S) != nullptr});
      } else if (const auto *Member = dyn_cast<MemberExpr>(S)) {
        if (Member->getMemberDecl()->getCanonicalDecl() == Target)
          Found.push_back({F, In.enclosingLoop(S) != nullptr});
      }
    return true;
  }
  struct Use {
    const FunctionDecl *In;
    bool Repeated;
  };
  std::vector<Use> Found;

private:
  const Decl *Target;
  TranslationUnit &Unit;
};
} // namespace

static bool runsOnce(const FunctionDecl &F, TranslationUnit &Unit, bool OrInTests, unsigned Depth) {
  if (isInMain(F) || (OrInTests && isTestCode(F, Unit.knowledge())))
    return true;
  if (Depth == 0)
    return false;
  if (isLambdaCallOperator(&F)) {
    const auto *Around = dyn_cast<FunctionDecl>(cast<CXXMethodDecl>(F).getParent()->getDeclContext());
    return Around && runsOnce(*Around, Unit, OrInTests, Depth - 1);
  }
  Referrers Search(F, Unit);
  Search.TraverseDecl(Unit.context().getTranslationUnitDecl());
  return !Search.Found.empty() && llvm::all_of(Search.Found, [&](const Referrers::Use &Use) {
    return !Use.Repeated && runsOnce(*Use.In, Unit, OrInTests, Depth - 1);
  });
}

bool runsOnce(const FunctionDecl &F, TranslationUnit &Unit, bool OrInTests) {
  return runsOnce(F, Unit, OrInTests, /*Depth=*/4);
}

} // namespace asynctidy
